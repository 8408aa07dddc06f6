import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { From, HumanReview, Input, NotPerformedError, Step, Tool, Workflow } from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { lead } from './people.js';
import { recordsOf, story } from './records.js';

class Word {
  readonly word!: string;
}

/** What bodies and tools do to the world. */
@Injectable()
class World {
  readonly effects: string[] = [];
  act: () => unknown = () => 'done';

  does(what: string) {
    this.effects.push(what);
    return this.act();
  }
}

@Injectable()
class Desk {
  @Tool({ description: 'Needs a person', effect: 'idempotent' })
  @HumanReview()
  async ask({ word }: Word) {
    return word;
  }
}

@Workflow()
class SendWorkflow {
  constructor(private readonly world: World) {}

  @Step()
  prepare(@Input() text: string) {
    return `${text}!`;
  }

  @Step({ effect: 'irreversible', retry: { attempts: 3, initialDelay: 1 } })
  async send(@From('prepare') text: string) {
    return this.world.does(`send ${text}`);
  }
}

@Workflow()
class NestedWorkflow {
  constructor(private readonly desk: Desk) {}

  @Step({ effect: 'irreversible', onInDoubt: 'fail' })
  send(@Input() word: string) {
    return this.desk.ask({ word });
  }
}

describe.each(stores)('a step whose body can not be undone (%s)', (store) => {
  let host: Host;
  let world: World;
  beforeAll(async () => {
    host = await openHost(store, [World, Desk, SendWorkflow, NestedWorkflow]);
    world = host.t.module.get(World);
  });
  afterAll(() => host.close());
  beforeEach(() => {
    world.effects.length = 0;
    world.act = () => 'done';
  });

  const fails = (error: Error) => () => {
    throw error;
  };
  const reviews = (runId: string) => recordsOf(host.t, runId, 'review.requested');

  /** A run whose process died when the intent of `send` was on disk. */
  async function crashed() {
    const crash = host.t.crashAt('append.after', { after: 1 });
    const { id } = await host.t.start(SendWorkflow, 'hi');
    await crash;
    await host.t.recover();
    expect(await host.t.result(id)).toMatchObject({ status: 'waiting' });
    return id;
  }

  it('leaves its intent before it begins', async () => {
    const result = await host.t.run(SendWorkflow, 'hi');
    expect(result).toMatchObject({ output: 'done' });
    expect(await story(host.t, result.runId)).toEqual([
      'run.created',
      'step.completed prepare',
      'call.intended send',
      'step.completed send',
      'run.completed',
    ]);
  });

  it('is put before a person when the process died right after the intent, and not begun again', async () => {
    const runId = await crashed();
    expect(world.effects).toEqual([]);
    expect(await story(host.t, runId)).toContain('call.intended send');
    expect(await reviews(runId)).toMatchObject([
      {
        step: 'send',
        payload: { kind: 'in-doubt', proposed: 'hi!', choices: ['answer', 'approve', 'reject'] },
      },
    ]);
  });

  it('goes on with the result that a person found out', async () => {
    const runId = await crashed();
    expect(await host.t.answer(runId, 'was sent', { by: lead })).toMatchObject({ output: 'was sent' });
    expect(world.effects).toEqual([]);
    expect(await recordsOf(host.t, runId, 'step.completed')).toMatchObject([
      { step: 'prepare' },
      { step: 'send' },
    ]);
    expect(await host.t.audit.verify(runId)).toMatchObject({ problems: [] });
  });

  it('begins when a person says that it has not happened', async () => {
    const runId = await crashed();
    expect(await host.t.approve(runId, { by: lead })).toMatchObject({ output: 'done' });
    expect(world.effects).toEqual(['send hi!']);
  });

  it('fails the run when a person says to stop', async () => {
    const runId = await crashed();
    expect(await host.t.reject(runId, { by: lead })).toMatchObject({
      status: 'failed',
      error: { details: { code: 'IN_DOUBT' } },
    });
    expect(world.effects).toEqual([]);
  });

  it('that throws is in doubt, whatever its retry says', async () => {
    world.act = fails(new Error('connection reset'));
    const { runId, status } = await host.t.run(SendWorkflow, 'hi');
    expect(status).toBe('waiting');
    expect(world.effects).toEqual(['send hi!']);
    expect(await reviews(runId)).toMatchObject([{ payload: { kind: 'in-doubt' } }]);
    world.act = () => 'second time';
    expect(await host.t.approve(runId, { by: lead })).toMatchObject({ output: 'second time' });
    expect(world.effects).toHaveLength(2);
  });

  it('that says that nothing happened just fails', async () => {
    world.act = fails(new NotPerformedError('closed'));
    expect(await host.t.run(SendWorkflow, 'hi')).toMatchObject({
      status: 'failed',
      error: { details: { code: 'NOT_PERFORMED' } },
    });
    expect(world.effects).toEqual(['send hi!']);
  });

  it('can not wait for a person in its middle: there it could only begin again', async () => {
    const result = await host.t.run(NestedWorkflow, 'x');
    expect(result).toMatchObject({ status: 'failed' });
    expect(JSON.stringify(await recordsOf(host.t, result.runId, 'step.failed'))).toContain(
      'has to wait for a person',
    );
  });
});
