import { IsString } from 'class-validator';
import { Agent, append, maxTurns, sharedState, stateTools } from 'nestjs-nestor';

export class Errand {
  @IsString() run!: string;
  @IsString() key!: string;
}

/** What steps and agents of one run write at the same time. */
export const board = sharedState('board', { seen: append<string>() });

/** An agent inside another one, which sends a mail of its own. */
@Agent({
  name: 'chaos-inner',
  description: 'Runs an errand',
  instructions: 'You run errands.',
  model: 'chaos/chaos-inner',
  tools: () => ['number', 'send'],
  stopWhen: maxTurns(5),
})
export class ChaosInnerAgent {
  static readonly input = Errand;
}

/** An agent whose turns are asked for, whose tools are performed, and whose refund waits for people, under all faults. */
@Agent({
  name: 'chaos-outer',
  instructions: () => `You run errands. It is ${Date.now()}.`,
  model: 'chaos/chaos-outer',
  tools: () => ['number', 'send', 'refund', ChaosInnerAgent, stateTools(board)],
  parallelToolCalls: 2,
  stopWhen: maxTurns(5),
})
export class ChaosOuterAgent {
  static readonly input = Errand;
}

/** Talks in a conversation, writes to the board, and hands over. */
@Agent({
  name: 'chaos-triage',
  instructions: 'You find out what it is about.',
  model: 'chaos/chaos-triage',
  tools: () => ['number', stateTools(board)],
  handoffs: () => [ChaosBillingAgent],
  stopWhen: maxTurns(20),
})
export class ChaosTriageAgent {
  static readonly input = Errand;
}

/** Goes on where it was handed over to. */
@Agent({
  name: 'chaos-billing',
  description: 'Bills',
  instructions: 'You bill.',
  model: 'chaos/chaos-billing',
  tools: () => [stateTools(board)],
})
export class ChaosBillingAgent {}
