import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { From, Input, Item, type PerItem, SignalPayload, Step, Workflow } from 'nestjs-nestor';
import { type Effect, shape } from '../engine.js';

/** Ten steps, one after another. */
@Workflow()
export class SequentialWorkflow {
  @Step() one(@Input() value: string) {
    return value;
  }
  @Step() two(@From('one') value: string) {
    return value;
  }
  @Step() three(@From('two') value: string) {
    return value;
  }
  @Step() four(@From('three') value: string) {
    return value;
  }
  @Step() five(@From('four') value: string) {
    return value;
  }
  @Step() six(@From('five') value: string) {
    return value;
  }
  @Step() seven(@From('six') value: string) {
    return value;
  }
  @Step() eight(@From('seven') value: string) {
    return value;
  }
  @Step() nine(@From('eight') value: string) {
    return value;
  }
  @Step() ten(@From('nine') value: string) {
    return value;
  }
}

@Workflow()
export class FanOutWorkflow {
  @Step() split(@Input() value: string) {
    return Array.from({ length: shape.width }, (_, index) => `${value}${index}`);
  }

  @Step({ forEach: { over: 'split', concurrency: shape.width } })
  each(@Item() value: string): PerItem<string> {
    return value;
  }

  @Step() join(@From('each') values: string[]) {
    return values.length;
  }
}

@Workflow()
export class WaitingWorkflow {
  @Step() before(@Input() value: string) {
    return value;
  }

  @Step({ after: 'before', waitFor: 'go' })
  after(@SignalPayload() value: string) {
    return value;
  }
}

/** What steps of recoverable runs do to the world. */
@Injectable()
export class Effects {
  constructor(@Inject('effect') private readonly effect: Effect) {}

  async leave(run: string, step: number): Promise<string> {
    await this.effect(run, step);
    await pause(shape.slowStep);
    return run;
  }
}

@Workflow()
export class RecoverableWorkflow {
  constructor(@Inject(Effects) private readonly effects: Effects) {}

  @Step() one(@Input() run: string) {
    return this.effects.leave(run, 1);
  }
  @Step() two(@From('one') run: string) {
    return this.effects.leave(run, 2);
  }
  @Step() three(@From('two') run: string) {
    return this.effects.leave(run, 3);
  }
  @Step() four(@From('three') run: string) {
    return this.effects.leave(run, 4);
  }
  @Step() five(@From('four') run: string) {
    return this.effects.leave(run, 5);
  }
  @Step() six(@From('five') run: string) {
    return this.effects.leave(run, 6);
  }
  @Step() seven(@From('six') run: string) {
    return this.effects.leave(run, 7);
  }
  @Step() eight(@From('seven') run: string) {
    return this.effects.leave(run, 8);
  }
  @Step() nine(@From('eight') run: string) {
    return this.effects.leave(run, 9);
  }
  @Step() ten(@From('nine') run: string) {
    return this.effects.leave(run, 10);
  }
}
