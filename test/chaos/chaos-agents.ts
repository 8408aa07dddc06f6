import { IsString } from 'class-validator';
import { Agent, maxTurns } from 'nestjs-nestor';

export class Errand {
  @IsString() run!: string;
  @IsString() key!: string;
}

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
  tools: () => ['number', 'send', 'refund', ChaosInnerAgent],
  parallelToolCalls: 2,
  stopWhen: maxTurns(5),
})
export class ChaosOuterAgent {
  static readonly input = Errand;
}
