import { beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import type { ModelRequest, RunResult } from 'nestjs-nestor';
import { sharedHost } from '../e2e/shared-host.js';
import {
  agents,
  type Limits,
  providers,
  type RandomAnswer,
  randomLimits,
  randomModel,
  RandomWorkflow,
  replyOf,
  world,
} from './random-agent.js';

interface Outcome {
  readonly output: unknown;
  readonly stop: { readonly condition: string };
  readonly turns: number;
  readonly toolCalls: number;
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number; readonly usd: number };
}

const conditions = [
  'answered',
  'maxTurns',
  'maxToolCalls',
  'maxHandoffs',
  'tokens',
  'costUsd',
  'repeatedCall',
  'noProgress',
  'toolCalled',
];

describe('a loop around any model', () => {
  const shared = sharedHost('memory', providers);
  let number = 0;

  beforeAll(() => {
    // Agents that come to a limit and crashes that are played are what this is about.
    Logger.overrideLogger(false);
    const { t } = shared;
    const model = (request: ModelRequest) => {
      const said = request.messages.filter(({ role }) => role !== 'system');
      const last = String(said.at(-1)?.content ?? '');
      const answers = answersOf(request);
      return replyOf(answers, said.length, /^(You have to stop|That is all)/.test(last));
    };
    for (const agent of agents) t.models.on(agent).reply(model);
  });

  /** The inner agent does what the model of the run does, which is running alone. */
  function answersOf({ messages }: ModelRequest): readonly RandomAnswer[] {
    const question = messages.find(({ role }) => role === 'user')?.content;
    return world.models.get(String(question)) ?? world.models.get('now') ?? [];
  }

  async function run(
    model: readonly RandomAnswer[],
    limits: Limits,
    crashAfter?: number,
  ): Promise<RunResult> {
    const { t } = shared;
    // All of one length, so that they cost the same.
    const question = `question ${String((number += 1)).padStart(5, '0')}`;
    world.models.set(question, model).set('now', model);
    world.limits.set(question, limits);
    world.performed.clear();
    if (crashAfter === undefined) return t.run(RandomWorkflow, question);
    const crashed = t.crashAt('append.before', { after: crashAfter });
    const handle = await t.start(RandomWorkflow, question);
    await Promise.race([crashed, handle.result()]);
    await t.recover();
    return handle.result();
  }

  /** What is compared of the end of a run: all but the time that it took. */
  function endOf(result: RunResult): unknown {
    if (result.status === 'completed') return result.output;
    if (result.status !== 'failed') return result;
    const { cause } = result.error as {
      readonly cause?: { readonly code: string; readonly details: { readonly condition?: string } };
    };
    return { code: cause?.code, condition: cause?.details.condition };
  }

  it('ends by a named condition, within every limit', async () => {
    await fc.assert(
      fc.asyncProperty(randomModel, randomLimits, async (model, limits) => {
        const result = await run(model, limits);
        if (result.status === 'failed') {
          const { cause } = result.error as { readonly cause?: { readonly code: string } };
          expect(['AGENT_STOPPED', 'INCOMPLETE_ANSWER']).toContain(cause?.code);
        } else {
          const { stop, turns, toolCalls } = (result as { readonly output: Outcome }).output;
          expect(conditions).toContain(stop.condition);
          // The last answer is one more.
          expect(turns).toBeLessThanOrEqual(limits.turns + 1);
          expect(toolCalls).toBeLessThanOrEqual(limits.calls ?? Infinity);
        }
        const { inputTokens, outputTokens, usd } = result.usage;
        expect(inputTokens + outputTokens).toBeLessThanOrEqual(limits.tokens ?? Infinity);
        expect(usd).toBeLessThanOrEqual(limits.usd ?? Infinity);
      }),
      { numRuns: 150 },
    );
  });

  it('comes to the same end from any prefix of its records', async () => {
    await fc.assert(
      fc.asyncProperty(randomModel, randomLimits, fc.nat(), async (model, limits, place) => {
        const uninterrupted = await run(model, limits);
        const performed = new Map(world.performed);
        // Each outcome of a call is appended by itself.
        const appends = (await shared.t.history(uninterrupted.runId)).filter((type) =>
          type.startsWith('call.'),
        );
        const interrupted = await run(model, limits, 1 + (place % appends.length));
        expect(endOf(interrupted)).toEqual(endOf(uninterrupted));
        // What was under way may be performed once more, and nothing else.
        const again = [...world.performed].map(([tool, count]) => count - (performed.get(tool) ?? 0));
        expect(again.filter((more) => more !== 0)).toEqual(again.includes(1) ? [1] : []);
      }),
      { numRuns: 60 },
    );
  });
});
