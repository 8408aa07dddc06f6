import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { From, Input, NonRetryableError, Step, StepContext, Tool, Workflow } from 'nestjs-nestor';
import { type Host, openHost } from './host.js';
import { until } from './until.js';

const world = {
  problem: 'none' as 'none' | 'throws once' | 'throws' | 'calls a tool' | 'never ends' | 'leaves work behind',
  attempts: 0,
  left: Promise.resolve([] as string[]),
};

class MailTool {
  @Tool({ description: 'sends a mail', effect: 'irreversible' })
  async send(): Promise<string> {
    return 'sent';
  }
}

/** Goes on whatever becomes of the step. @returns what it is told */
async function keepBooking({ manager, idempotencyKey }: StepContext): Promise<string[]> {
  const told: string[] = [];
  for (let count = 0; count < 50; count++) {
    await manager
      .query('INSERT INTO booking (key, amount) VALUES ($1, 1)', [`${idempotencyKey} ${count}`])
      .catch((error: unknown) => told.push(error instanceof Error ? error.name : 'nothing'));
  }
  return told;
}

@Workflow()
class TransferWorkflow {
  constructor(private readonly mail: MailTool) {}

  @Step({ transactional: true, retry: { attempts: 2, initialDelay: 1 } })
  async book(@Input() amount: number, context: StepContext) {
    world.attempts += 1;
    await context.manager.query('INSERT INTO booking (key, amount) VALUES ($1, $2)', [
      context.idempotencyKey,
      amount,
    ]);
    if (world.problem === 'throws once' && world.attempts === 1) throw new Error('deadlock detected');
    if (world.problem === 'leaves work behind') {
      world.left = keepBooking(context);
      throw new NonRetryableError('no such account');
    }
    if (world.problem === 'throws') throw new NonRetryableError('no such account');
    if (world.problem === 'calls a tool') await this.mail.send();
    if (world.problem === 'never ends' && world.attempts === 1) await new Promise(() => undefined);
    return amount;
  }

  @Step() async wait(@From('book') amount: number, context: StepContext) {
    return Reflect.has(context, 'runId') ? amount : 0;
  }
}

@Workflow()
class CuriousWorkflow {
  @Step() look(context: StepContext) {
    return context.manager.query('SELECT 1');
  }
}

describe('transactional steps', () => {
  let host: Host;
  beforeAll(async () => {
    host = await openHost('database', [MailTool, TransferWorkflow, CuriousWorkflow]);
    await host.database?.dataSource.query('CREATE TABLE booking (key text PRIMARY KEY, amount int)');
  });
  afterAll(() => host.close());
  beforeEach(async () => {
    Object.assign(world, { problem: 'none', attempts: 0 });
    await host.database?.dataSource.query('DELETE FROM booking');
  });

  const bookings = async (): Promise<number> => {
    const rows: unknown = await host.database?.dataSource.query('SELECT * FROM booking');
    return Array.isArray(rows) ? rows.length : -1;
  };

  it('commit their rows, their result and their record together', async () => {
    const result = await host.t.run(TransferWorkflow, 5);
    expect(result).toMatchObject({ status: 'completed', output: 5 });
    expect(await bookings()).toBe(1);
    expect(await host.t.history(result.runId)).toEqual([
      'run.created',
      'run.started',
      'step.completed book',
      'step.completed wait',
      'run.completed',
    ]);
    expect(await host.t.audit.verify(result.runId)).toMatchObject({ problems: [] });
  });

  it('write nothing where they throw, and are attempted again like other steps', async () => {
    world.problem = 'throws once';
    expect(await host.t.run(TransferWorkflow, 5)).toMatchObject({ status: 'completed' });
    expect([world.attempts, await bookings()]).toEqual([2, 1]);
    Object.assign(world, { problem: 'throws', attempts: 0 });
    expect(await host.t.run(TransferWorkflow, 6)).toMatchObject({ status: 'failed' });
    expect([world.attempts, await bookings()]).toEqual([1, 1]);
  });

  it('refuse calls that could not be rolled back', async () => {
    world.problem = 'calls a tool';
    const result = await host.t.run(TransferWorkflow, 5);
    expect(result.status === 'failed' && result.error.message).toMatch(/transactional.*tool call send/);
    expect(await bookings()).toBe(0);
  });

  it('book nothing outside of their transaction, whatever their code still does after its end', async () => {
    world.problem = 'leaves work behind';
    expect(await host.t.run(TransferWorkflow, 5)).toMatchObject({ status: 'failed' });
    expect(await world.left).toContain('StepClosedError');
    expect(await bookings()).toBe(0);
  });

  it('are rolled back when their time is over', async () => {
    world.problem = 'never ends';
    const handle = await host.t.start(TransferWorkflow, 5);
    await until('the first attempt', () => world.attempts > 0);
    // Past the end of the first attempt, and not of the second one, however slow the machine is.
    await host.t.clock.advance('6s');
    expect(await handle.result()).toMatchObject({ status: 'completed' });
    expect([world.attempts, await bookings()]).toEqual([2, 1]);
    expect(await host.t.history(handle.id)).toContain('step.failed book');
  });

  it.each(['append.before', 'append.after'] as const)(
    'are done exactly once though the process dies at %s',
    async (point) => {
      // The first append of a run goes with its first step's: this one is the transaction's.
      const crashed = host.t.crashAt(point);
      const handle = await host.t.start(TransferWorkflow, 7);
      await crashed;
      await host.t.recover();
      expect(await handle.result()).toMatchObject({ status: 'completed', output: 7 });
      expect(await bookings()).toBe(1);
      expect(world.attempts).toBe(point === 'append.before' ? 2 : 1);
      expect((await host.t.history(handle.id)).filter((type) => type === 'step.completed book')).toHaveLength(
        1,
      );
    },
  );

  it('are the only ones with ctx.manager', async () => {
    const result = await host.t.run(CuriousWorkflow, undefined);
    expect(result.status === 'failed' && result.error.message).toMatch(/ctx.manager.*transactional: true/);
  });
});
