import { Injectable } from '@nestjs/common';
import {
  allow,
  block,
  From,
  Guardrail,
  type GuardrailSubject,
  Input,
  Item,
  NonRetryableError,
  type PerItem,
  Previous,
  Step,
  transform,
  Workflow,
} from 'nestjs-nestor';
import { z } from 'zod';

/** What the steps have done, and whether the payment works. */
export const world = { done: [] as string[], isBroken: false };

@Workflow({ result: 'tell' })
export class TripWorkflow {
  static readonly input = z.object({ to: z.string() });

  @Step({ output: z.object({ km: z.number() }) }) measure(@Input() { to }: { to: string }) {
    world.done.push(`measure ${to}`);
    return { km: to.length };
  }

  @Step({ waitFor: 'go', after: 'measure' }) leave() {
    world.done.push('leave');
    return 'left';
  }

  @Step({ after: 'leave' }) tell(@Input() { to }: { to: string }, @From('measure') { km }: { km: number }) {
    world.done.push('tell');
    return `${to}, ${km} km`;
  }
}

@Workflow({ result: 'last' })
export class RoundsWorkflow {
  @Step() base() {
    return 1;
  }

  @Step() add(@From('base') base: number, @Previous('add') previous: number | undefined) {
    world.done.push('add');
    return (previous ?? base) + 1;
  }

  @Step({ repeat: { from: 'add', while: ({ outputs }) => Number(outputs['check']) < 4, max: 9 } })
  check(@From('add') sum: number) {
    world.done.push('check');
    return sum;
  }

  @Step() last(@From('check') sum: number) {
    world.done.push('last');
    return sum;
  }
}

@Workflow({ result: 'close' })
export class ChoiceWorkflow {
  @Step({ routes: ['refund', 'answer'] }) choose() {
    return 'answer';
  }
  @Step({ forEach: () => [1, 2], after: 'choose' }) double(@Item() value: number): PerItem<number> {
    return value * 2;
  }
  @Step() refund() {
    world.done.push('refund');
    return 'refunded';
  }
  @Step() answer() {
    world.done.push('answer');
    return 'answered';
  }
  @Step() close(
    @From('double') doubled: number[],
    @From('refund') refund: string | undefined,
    @From('answer') answer: string | undefined,
  ) {
    return [refund ?? answer, ...doubled];
  }
}

@Workflow({ result: 'ship' })
export class StockWorkflow {
  @Step({ compensate: 'release' }) reserve() {
    world.done.push('reserve');
    return world.done.filter((line) => line === 'reserve').length;
  }
  release(@From('reserve') nth: number) {
    world.done.push(`release ${nth}`);
  }
  @Step() pay(@From('reserve') _: number) {
    if (world.isBroken) throw new NonRetryableError('no money');
    return 'paid';
  }
  @Step({ after: 'pay' }) ship(@From('reserve') nth: number) {
    return `reservation ${nth}`;
  }
}

@Injectable()
export class Rules {
  @Guardrail({ at: 'run.input', workflows: ['trip'] }) noMoon({ value }: GuardrailSubject) {
    return (value as { to?: string }).to === 'moon' ? block('too far') : allow();
  }

  @Guardrail({ at: 'step.output', workflows: ['trip', 'choice'] }) near({ value }: GuardrailSubject) {
    const km = typeof value === 'number' ? value : (value as { km?: number }).km;
    if (km === 500) return transform({ km: 499 }, 'a little less');
    return km === undefined || km < 1_000 ? allow() : block('no trip is that long');
  }
}
