import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Clock, Input, Step, Tool, Workflow } from 'nestjs-nestor';
import { TestClock } from 'nestjs-nestor/testing';
import { ReplaceableClock } from '../../../lib/clock/index.js';
import { type Host, openHost, stores } from '../host.js';
import { until } from './moments.js';
import { recordsOf } from './records.js';

class Word {
  readonly word!: string;
}

@Injectable()
class World {
  readonly effects: string[] = [];
  between: () => void = () => undefined;
}

@Injectable()
class Desk {
  constructor(private readonly world: World) {}

  @Tool({ description: 'Notes', effect: 'idempotent' })
  async note({ word }: Word) {
    this.world.effects.push(word);
    return word;
  }
}

@Workflow()
class NoteWorkflow {
  constructor(
    private readonly desk: Desk,
    private readonly world: World,
  ) {}

  @Step({ retry: { attempts: 1 } })
  async act(@Input() _: string) {
    await this.desk.note({ word: 'one' });
    this.world.between();
    return this.desk.note({ word: 'two' });
  }
}

describe.each(stores)(
  'a worker that has not heard from the database for longer than its life (%s)',
  (store) => {
    let host: Host;
    beforeAll(async () => {
      host = await openHost(store, [World, Desk, NoteWorkflow]);
    });
    afterAll(() => host.close());

    it('performs nothing more and drops the run, which continues where it was when the database is back', async () => {
      const world = host.t.module.get(World);
      const clock = host.t.module.get<Clock>(Clock);
      // Time that passes without any heartbeat.
      const time = new TestClock();
      (clock as ReplaceableClock).replace(time);
      world.between = () => {
        world.between = () => undefined;
        time.move('20s');
      };
      const { id } = await host.t.start(NoteWorkflow, 'x');
      await until(() => time.offset() > 0);
      await host.t.recover();
      expect(await host.t.result(id)).toMatchObject({ status: 'completed', output: 'two' });
      expect(world.effects).toEqual(['one', 'two']);
      expect(await recordsOf(host.t, id, 'step.failed')).toEqual([]);
      expect(await host.t.audit.verify(id)).toMatchObject({ problems: [] });
    });
  },
);
