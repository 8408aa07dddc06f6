import { Injectable } from '@nestjs/common';
import fc from 'fast-check';
import { z } from 'zod';
import {
  Agent,
  AgentService,
  any,
  costUsd,
  handoff,
  Input,
  maxToolCalls,
  maxTurns,
  noProgress,
  repeatedCall,
  Step,
  type StopCondition,
  tokens,
  Tool,
  toolCalled,
  Workflow,
} from 'nestjs-nestor';
import type { ScriptedReply } from 'nestjs-nestor/testing';

/** What a random model does in one turn. */
export interface RandomAnswer {
  readonly text: string;
  readonly calls: readonly RandomCall[];
  readonly finish: 'stop' | 'length' | 'content-filter';
}

interface RandomCall {
  readonly name: string;
  readonly arguments: unknown;
}

const sizes = fc.record({ size: fc.constantFrom(1, 10, 9_000) });
const wrong = fc.constantFrom<unknown>({}, { size: 'many' }, 'no JSON', null);
const calling = (tool: string, args: fc.Arbitrary<unknown>): fc.Arbitrary<RandomCall> =>
  fc.record({ name: fc.constant(tool), arguments: args });

const call: fc.Arbitrary<RandomCall> = fc.oneof(
  { weight: 4, arbitrary: calling('read', sizes) },
  { weight: 4, arbitrary: calling('inner', fc.constant({ task: 'look' })) },
  { weight: 2, arbitrary: calling('count', fc.constant({})) },
  { weight: 1, arbitrary: calling('broken', fc.constant({})) },
  {
    weight: 2,
    arbitrary: fc.record({
      name: fc.constantFrom('partner', 'brief', 'fresh', 'outer').map((name) => `transfer_to_${name}`),
      arguments: fc.constantFrom<unknown>({ reason: 'go on' }, { reason: 'go on' }, {}),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ name: fc.constantFrom('read', 'inner', 'unknown', ''), arguments: wrong }),
  },
);

const answer: fc.Arbitrary<RandomAnswer> = fc.record({
  text: fc.constantFrom('', 'hm', 'x'.repeat(800)),
  calls: fc.oneof(
    { weight: 5, arbitrary: fc.array(call, { minLength: 1, maxLength: 6 }) },
    { weight: 1, arbitrary: fc.constant([]) },
  ),
  finish: fc.oneof(
    { weight: 12, arbitrary: fc.constant('stop' as const) },
    { weight: 1, arbitrary: fc.constantFrom('length' as const, 'content-filter' as const) },
  ),
});

/** Goes through its answers again and again: most of these models never come to an end by themselves. */
export const randomModel = fc.array(answer, { minLength: 1, maxLength: 5 });

/** The limits of a random agent, as numbers. */
export interface Limits {
  readonly turns: number;
  readonly calls?: number;
  readonly tokens?: number;
  readonly usd?: number;
  readonly repeated?: number;
  readonly progress?: number;
  readonly goal?: string;
}

/** Of the limits besides the turns. */
const others = fc.oneof(
  fc.record({ calls: fc.integer({ min: 1, max: 16 }) }),
  fc.record({ repeated: fc.integer({ min: 2, max: 4 }) }),
  fc.record({ progress: fc.integer({ min: 2, max: 6 }) }),
  fc.record({ goal: fc.constantFrom('count', 'inner') }),
);

/** Where a turn and a last answer may use about 8,000 tokens, by their estimates. */
const amounts = fc.oneof(
  fc.record({ tokens: fc.integer({ min: 7_000, max: 24_000 }) }),
  fc.record({ usd: fc.integer({ min: 140, max: 500 }).map((thousandths) => thousandths / 1_000) }),
);

export const randomLimits: fc.Arbitrary<Limits> = fc
  .tuple(
    fc.integer({ min: 2, max: 7 }),
    fc.option(others, { nil: {} }),
    fc.oneof({ weight: 2, arbitrary: amounts }, { weight: 1, arbitrary: fc.constant({}) }),
  )
  .map(([turns, other, amount]) => ({ turns, ...other, ...amount }));

export function conditionOf({
  turns,
  calls,
  tokens: most,
  usd,
  repeated,
  progress,
  goal,
}: Limits): StopCondition {
  return any(
    maxTurns(turns),
    ...(calls === undefined ? [] : [maxToolCalls(calls)]),
    ...(most === undefined ? [] : [tokens(most)]),
    ...(usd === undefined ? [] : [costUsd(usd)]),
    ...(repeated === undefined ? [] : [repeatedCall(repeated)]),
    ...(progress === undefined ? [] : [noProgress(progress)]),
    ...(goal === undefined ? [] : [toolCalled(goal)]),
  );
}

/** By the question that a run is about. */
export const world = {
  models: new Map<string, readonly RandomAnswer[]>(),
  limits: new Map<string, Limits>(),
  /** How often each tool was performed. */
  performed: new Map<string, number>(),
};

/** What the model says next, by what was said so far: it is the same when it is asked again. */
export function replyOf(answers: readonly RandomAnswer[], said: number, isLast: boolean): ScriptedReply {
  const { text, calls, finish } = answers[said % answers.length] as RandomAnswer;
  if (isLast) return { answer: { text: 'as far as I got', toolCalls: [], finishReason: 'stop' } };
  return {
    answer: {
      text,
      toolCalls: calls.map(({ name: tool, arguments: given }, index) => ({
        id: `c${said}.${index}`,
        name: tool,
        raw: JSON.stringify(given),
        ...(given === 'no JSON' ? {} : { arguments: given as never }),
      })),
      finishReason: finish === 'stop' && calls.length > 0 ? 'tool-calls' : finish,
    },
  };
}

class Size {
  readonly size!: number;
}

@Injectable()
class RandomTools {
  @Tool({ description: 'Reads', effect: 'none', input: z.object({ size: z.number() }) })
  async read({ size }: Size) {
    count('read');
    return 'x'.repeat(size);
  }

  @Tool({ description: 'Counts', effect: 'idempotent' })
  async count() {
    count('count');
    return 1;
  }

  @Tool({ description: 'Fails', effect: 'none', retry: { attempts: 1 } })
  async broken(): Promise<never> {
    count('broken');
    throw new TypeError('it is broken');
  }
}

function count(tool: string): void {
  world.performed.set(tool, (world.performed.get(tool) ?? 0) + 1);
}

@Agent({
  name: 'inner',
  description: 'Looks',
  instructions: 'You look.',
  tools: () => ['read'],
  stopWhen: maxTurns(2),
  parallelToolCalls: 1,
  maxTokens: 300,
})
class InnerAgent {}

const partner = {
  description: 'Goes on',
  instructions: 'You go on.',
  tools: () => ['read', 'count', InnerAgent],
  handoffs: () => [OuterAgent, BriefAgent],
  parallelToolCalls: 1,
  maxTokens: 300,
};

@Agent({ ...partner, name: 'partner', stopWhen: any(maxTurns(3), maxToolCalls(5)) })
class PartnerAgent {}

@Agent({
  ...partner,
  name: 'brief',
  stopWhen: any(maxTurns(4), tokens(9_000)),
  toolChoice: 'required',
  handoffs: () => [OuterAgent, PartnerAgent],
})
class BriefAgent {}

@Agent({
  ...partner,
  name: 'fresh',
  stopWhen: any(maxTurns(4), noProgress(4)),
  handoffs: () => [handoff(OuterAgent, { history: 2 })],
  maxHandoffs: 2,
})
class FreshAgent {}

@Agent({
  name: 'outer',
  description: 'Works',
  instructions: 'You work.',
  tools: () => [RandomTools, InnerAgent],
  handoffs: () => [
    PartnerAgent,
    handoff(BriefAgent, { history: 'last' }),
    handoff(FreshAgent, { history: 'none' }),
  ],
  temperature: 0.5,
  // One after the other, so that what one of them leaves for the next is the same each time.
  parallelToolCalls: 1,
  maxTokens: 400,
})
class OuterAgent {}

@Workflow()
export class RandomWorkflow {
  constructor(private readonly agents: AgentService) {}

  @Step({ retry: { attempts: 1 } })
  async run(@Input() question: string) {
    const limits = world.limits.get(question);
    if (!limits) throw new Error('no limits');
    const { output, stop, agent, turns, handoffs, toolCalls, usage } = await this.agents.run(
      OuterAgent,
      question,
      {
        stopWhen: conditionOf(limits),
      },
    );
    return { output, stop, agent, turns, handoffs, toolCalls, usage };
  }
}

export const providers = [
  RandomTools,
  InnerAgent,
  PartnerAgent,
  BriefAgent,
  FreshAgent,
  OuterAgent,
  RandomWorkflow,
];
/** All that answer as the model of the run does. */
export const agents = [InnerAgent, PartnerAgent, BriefAgent, FreshAgent, OuterAgent];
