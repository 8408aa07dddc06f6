import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import {
  Agent,
  allow,
  any,
  block,
  costUsd,
  Guardrail,
  type GuardrailSubject,
  HumanReview,
  maxToolCalls,
  maxTurns,
  type Message,
  type ModelRequest,
  NotPerformedError,
  repeatedCall,
  Tool,
  ToolContext,
  ToolCtx,
} from 'nestjs-nestor';
import type { ScriptedReply } from 'nestjs-nestor/testing';
import { lead, editor } from '../gate/people.js';
import { until } from '../until.js';
import { sharedHost } from '../shared-host.js';

const world = { done: [] as string[], seen: [] as string[], failPayments: 0, aborted: 0 };

class Item {
  readonly id!: string;
}

@Injectable()
class Desk {
  @Tool({ description: 'Looks', effect: 'none' })
  async look({ id }: Item) {
    world.done.push(`look ${id}`);
    return id;
  }

  @Tool({ description: 'Pays', effect: 'irreversible', input: z.object({ id: z.string().min(1) }) })
  @HumanReview({ roles: ['lead'] })
  async pay({ id }: Item) {
    if (world.failPayments-- > 0) throw new NotPerformedError('the bank is closed');
    world.done.push(`pay ${id}`);
    return `paid ${id}`;
  }

  @Tool({ description: 'Takes for ever', effect: 'none' })
  async wait({ id }: Item, @ToolCtx() context?: ToolContext) {
    world.seen.push(`waiting ${id} for ${String(context?.agent)}`);
    await new Promise((_, reject) => {
      context?.signal.addEventListener('abort', () => {
        world.aborted++;
        reject(new Error('aborted'));
      });
    });
  }
}

@Agent({ description: 'Helps', instructions: 'You help.', tools: () => [Desk], stopWhen: maxTurns(6) })
class HelperAgent {}

@Agent({ instructions: 'You work.', tools: () => [Desk, HelperAgent], stopWhen: maxTurns(6) })
class WorkerAgent {}

@Agent({
  instructions: 'You work.',
  tools: () => [Desk],
  stopWhen: any(maxTurns(9), maxToolCalls(10), costUsd(1), repeatedCall(4)),
  maxTokens: 500,
})
class LimitedAgent {
  static readonly output = z.object({ summary: z.string() });
}

@Injectable()
class Rules {
  @Guardrail({ at: 'model.request', parallel: true })
  async slowly({ value }: GuardrailSubject) {
    const text = JSON.stringify(value);
    return text.includes('forbidden') ? block('that is forbidden') : allow();
  }
}

const call = (name: string, ...ids: string[]) => ({
  toolCalls: ids.map((id) => ({ name, arguments: { id } })),
});
const answers = (messages: readonly Message[]) => messages.filter(({ role }) => role === 'assistant').length;
/** A model that goes on until it is told to stop. */
const untilStopped =
  (reply: () => ScriptedReply) =>
  ({ messages }: ModelRequest): ScriptedReply =>
    String(messages.at(-1)?.content).startsWith('You have to stop') ? { summary: 'stopped' } : reply();
const results = (messages: readonly Message[]) =>
  messages.flatMap((each) => (each.role === 'tool' ? [each] : []));

/** What users of comparable projects complain about, each tried here. */
describe('a complaint about agents elsewhere', () => {
  const shared = sharedHost('memory', [Desk, HelperAgent, WorkerAgent, LimitedAgent, Rules]);
  beforeEach(() => {
    Logger.overrideLogger(false);
    Object.assign(world, { done: [], seen: [], failPayments: 0, aborted: 0 });
    shared.t.models.reset();
  });
  const complaints: Readonly<Record<string, () => Promise<void>>> = {
    'code before an interrupt silently runs again; parallel interrupts share one id': async () => {
      const { t } = shared;
      t.models
        .on(WorkerAgent)
        .replyOnce(call('look', '1'))
        .replyOnce(call('pay', 'a', 'b'))
        .reply('Paid.');
      const { runId } = await t.run(WorkerAgent, 'pay');
      const open = await t.reviews(runId);
      expect(new Set(open.map(({ id }) => id)).size).toBe(2);
      for (const { id } of open) await t.approve(id, { by: lead });
      // Reviews of one moment have no order.
      expect(world.done.toSorted()).toEqual(['look 1', 'pay a', 'pay b']);
    },
    'nested and parallel suspend and resume loses branches; approvals inside a nested agent cannot be resumed':
      async () => {
        const { t } = shared;
        t.models
          .on(WorkerAgent)
          .replyOnce({
            toolCalls: [
              { name: 'helper', arguments: { task: 'one' } },
              { name: 'helper', arguments: { task: 'two' } },
            ],
          })
          .reply('Both are done.');
        t.models
          .on(HelperAgent)
          .reply(({ messages }) =>
            answers(messages) === 0 ? call('pay', String(messages.at(-1)?.content)) : 'Done.',
          );
        const { runId } = await t.run(WorkerAgent, 'two helpers');
        const open = await t.reviews(runId);
        expect(open).toHaveLength(2);
        for (const { id } of open.toReversed()) await t.approve(id, { by: lead });
        expect(await t.result(runId)).toMatchObject({ output: 'Both are done.' });
        expect(world.done.toSorted()).toEqual(['pay one', 'pay two']);
      },
    'a limit of ten calls lets twenty run, because it is checked after a parallel batch': async () => {
      const { t } = shared;
      t.models
        .on(LimitedAgent)
        .replyOnce(call('look', ...Array.from({ length: 20 }, (_, index) => String(index))));
      t.models.on('You have to stop').reply({ summary: 'ten' });
      await t.run(LimitedAgent, 'many');
      expect(world.done).toHaveLength(10);
    },
    'a runaway loop costs hundreds of dollars': async () => {
      const { t } = shared;
      let asked = 0;
      t.models.on(LimitedAgent).reply(untilStopped(() => call('look', String((asked += 1)))));
      const result = await t.run(LimitedAgent, 'for ever');
      expect(result).toMatchObject({ output: { summary: 'stopped' } });
      expect(result.usage.usd).toBeLessThanOrEqual(1);
    },
    'the stop condition is reached, so there is no structured output': async () => {
      const { t } = shared;
      t.models.on(LimitedAgent).reply(untilStopped(() => call('look', 'same')));
      expect(await t.run(LimitedAgent, 'again')).toMatchObject({ output: { summary: 'stopped' } });
    },
    'the loop ends on an unusual finish reason although tool calls are pending': async () => {
      const { t } = shared;
      const pending = { id: 'c', name: 'look', arguments: { id: '1' }, raw: '{"id":"1"}' };
      t.models
        .on(WorkerAgent)
        .replyOnce({ answer: { text: 'I look.', toolCalls: [pending], finishReason: 'other' } })
        .replyOnce(call('look', '1'))
        .reply('Looked.');
      expect(await t.run(WorkerAgent, 'odd')).toMatchObject({ output: 'Looked.' });
      expect(world.done).toEqual(['look 1']);
    },
    'a truncated tool call is performed with {}': async () => {
      const { t } = shared;
      const cut = { id: 'c', name: 'look', raw: '{"id":"1' };
      t.models
        .on(WorkerAgent)
        .replyOnce({ answer: { text: '', toolCalls: [cut], finishReason: 'length' } })
        .reply('So be it.');
      expect(await t.run(WorkerAgent, 'cut')).toMatchObject({ output: 'So be it.' });
      expect(world.done).toEqual([]);
    },
    'a rejection or an edit in a batch of approvals runs the original call again': async () => {
      const { t } = shared;
      t.models
        .on(WorkerAgent)
        .replyOnce(call('pay', 'a', 'b', 'c'))
        .reply('Paid.');
      const { runId } = await t.run(WorkerAgent, 'batch');
      const byId = new Map((await t.reviews(runId)).map(({ id, proposed }) => [(proposed as Item).id, id]));
      await t.reject(byId.get('b') ?? '', { by: lead });
      await t.edit(byId.get('c') ?? '', { id: 'edited' }, { by: editor });
      await t.approve(byId.get('a') ?? '', { by: lead });
      expect(world.done.toSorted()).toEqual(['pay a', 'pay edited']);
      expect(results(t.models.calls[1]?.messages ?? []).map(({ isError }) => isError === true)).toEqual([
        false,
        true,
        false,
      ]);
    },
    'after an approval the history holds every tool call twice': async () => {
      const { t } = shared;
      t.models.on(WorkerAgent).replyOnce(call('pay', 'a')).replyOnce(call('pay', 'b')).reply('Paid.');
      const { runId } = await t.run(WorkerAgent, 'twice');
      await t.approve(runId, { by: lead });
      await t.approve(runId, { by: lead });
      const { messages = [] } = t.models.calls[2] ?? {};
      expect(messages.map(({ role }) => role)).toEqual([
        'system',
        'user',
        'assistant',
        'tool',
        'assistant',
        'tool',
      ]);
    },
    'an approval is consumed before the call fails, and cannot be used again': async () => {
      const { t } = shared;
      world.failPayments = 1;
      t.models.on(WorkerAgent).replyOnce(call('pay', 'a')).reply('Paid.');
      const { runId } = await t.run(WorkerAgent, 'closed bank');
      const ended = await t.approve(runId, { by: lead });
      // The model is told that nothing happened, and nothing was lost on the way.
      expect(ended).toMatchObject({ status: 'completed', output: 'Paid.' });
      expect(results(t.models.calls[1]?.messages ?? [])[0]).toMatchObject({
        isError: true,
        content: expect.stringContaining('the bank is closed'),
      });
    },
    'a denied tool call leaves the model without a tool result': async () => {
      const { t } = shared;
      t.models
        .on(WorkerAgent)
        .replyOnce(call('pay', '', 'a'))
        .reply('Well.');
      const { runId } = await t.run(WorkerAgent, 'denied');
      await t.reject(runId, { by: lead });
      expect(results(t.models.calls[1]?.messages ?? [])).toHaveLength(2);
    },
    'tools run before a parallel guardrail trips; a tripped guardrail is returned as success': async () => {
      const { t } = shared;
      t.models.on(WorkerAgent).reply(call('look', '1'));
      expect(await t.run(WorkerAgent, 'something forbidden')).toMatchObject({
        status: 'failed',
        error: { cause: { code: 'GUARDRAIL_BLOCKED' } },
      });
      expect(world.done).toEqual([]);
    },
    "the run's abort signal never reaches tools, or not those of a nested agent": async () => {
      const { t } = shared;
      t.models.on(WorkerAgent).reply({ toolCalls: [{ name: 'helper', arguments: { task: 'wait' } }] });
      t.models.on(HelperAgent).reply(call('wait', '1'));
      const handle = await t.start(WorkerAgent, 'cancelled');
      await until('the tool is being performed', () => world.seen.length > 0);
      expect(world.seen).toEqual(['waiting 1 for helper']);
      await handle.cancel('enough');
      expect(await handle.result()).toMatchObject({ status: 'cancelled' });
      expect(world.aborted).toBe(1);
    },
    'the state of one run leaks into another through a singleton': async () => {
      const { t } = shared;
      t.models.on(WorkerAgent).reply(({ messages }) => {
        const mine = String(messages.find(({ role }) => role === 'user')?.content);
        return answers(messages) < 2 ? call('look', mine) : `${mine}: ${messages.length}`;
      });
      const runs = await Promise.all(
        Array.from({ length: 20 }, (_, index) => t.run(WorkerAgent, `run ${index}`)),
      );
      expect(runs.map((result) => (result as { output: string }).output)).toEqual(
        Array.from({ length: 20 }, (_, index) => `run ${index}: 6`),
      );
    },
    'null in a usage report disables the budget': async () => {
      const { t } = shared;
      let asked = 0;
      t.models.on(LimitedAgent).reply(
        untilStopped(() => ({
          answer: {
            text: '',
            toolCalls: [
              { id: `c${asked}`, name: 'look', arguments: { id: String((asked += 1)) }, raw: '{}' },
            ],
            finishReason: 'tool-calls',
            usage: null as never,
          },
        })),
      );
      const result = await t.run(LimitedAgent, 'unknown usage');
      expect(result.usage.usd).toBeGreaterThan(0);
      expect(result.usage.usd).toBeLessThanOrEqual(1);
    },
    'whole-state snapshots: what a loop writes grows with the square of its turns': async () => {
      const { t } = shared;
      const bytesOf = async (turns: number) => {
        t.models.reset();
        t.models
          .on(HelperAgent)
          .reply(({ messages }) => (answers(messages) < turns ? call('look', 'x'.repeat(500)) : 'Done.'));
        const { runId } = await t.run(HelperAgent, `${turns} turns`);
        const { items } = await t.audit.find({ runId, limit: 500 });
        return items.reduce((sum, { payload }) => sum + JSON.stringify(payload).length, 0);
      };
      const [two, four] = [await bytesOf(2), await bytesOf(4)];
      expect(four).toBeLessThan(two * 2.2);
    },
  };

  it.each(Object.keys(complaints))('%s: is impossible here', (name) => complaints[name]?.());
});
