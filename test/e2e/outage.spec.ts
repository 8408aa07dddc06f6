import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { getDataSourceToken } from '@nestjs/typeorm';
import { Client } from 'pg';
import { type DataSource } from 'typeorm';
import { From, Step, StepContext, Workflow } from 'nestjs-nestor';
import { Engine } from '../../lib/engine/index.js';
import { BrokenPool } from '../conformance/broken-pool.js';
import { itOnServer } from '../database/test-database.js';
import { type Host, openHost } from './host.js';
import { Latch } from './latch.js';
import { until } from './until.js';

let begun = new Latch<StepContext>();
let end = new Latch();
let attempts: string[] = [];

@Workflow()
class StubbornWorkflow {
  @Step() first() {
    attempts.push('first');
    return 1;
  }

  @Step() async middle(@From('first') n: number, ctx: StepContext) {
    attempts.push('middle');
    begun.open(ctx);
    await end.opened;
    return n + 1;
  }

  @Step() last(@From('middle') n: number) {
    return n + 1;
  }
}

describe('a database that goes away in the middle', () => {
  let host: Host;
  let pool: BrokenPool;
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  beforeAll(async () => {
    process.on('unhandledRejection', note);
    host = await openHost('database', [StubbornWorkflow]);
    pool = new BrokenPool(host.t.module.get<DataSource>(getDataSourceToken(), { strict: false }));
  });
  afterAll(async () => {
    process.off('unhandledRejection', note);
    await host.close();
  });
  beforeEach(() => {
    begun = new Latch();
    end = new Latch();
    attempts = [];
  });
  afterEach(() => {
    pool.fix();
    expect(unhandled).toEqual([]);
  });

  /** What the timers of an application do: heartbeat and sweep, until the run has got there. */
  const beatUntil = (id: string, status: string) =>
    until(`${id} ${status}`, async () => {
      const { worker } = host.t.module.get(Engine, { strict: false });
      await worker.heartbeat();
      await worker.sweep();
      return (await host.t.orchestrator.handle(id).status()) === status;
    });
  const idle = () => until('rest', () => host.t.module.get(Engine, { strict: false }).worker.active === 0);

  it.each([
    ['before', ['first', 'middle', 'middle']],
    ['after', ['first', 'middle']],
  ] as const)(
    'and comes back: the same process finishes a run whose commit broke %s it was on disk',
    async (when, expected) => {
      const { id } = await host.t.start(StubbornWorkflow, null);
      await begun.opened;
      pool.break(when, 'orchestration_audit_record', 1_000);
      end.open();
      await idle();
      pool.fix();
      await beatUntil(id, 'completed');
      expect(await host.t.orchestrator.handle(id).result()).toMatchObject({ output: 3 });
      expect(attempts).toEqual(expected);
      const history = await host.t.history(id);
      expect(history.filter((line) => line === 'step.completed middle')).toHaveLength(1);
      expect(await host.t.audit.verify(id)).toMatchObject({ problems: [] });
    },
  );

  it.each([['before'], ['after']] as const)(
    'finishes a run whose claim broke %s it was on disk',
    async (when) => {
      end.open();
      pool.break(when, 'r.lease_epoch + 1', 1_000);
      const { id } = await host.t.start(StubbornWorkflow, null);
      await idle();
      pool.fix();
      await beatUntil(id, 'completed');
      expect(attempts).toEqual(['first', 'middle']);
    },
  );

  it('for longer than a worker is believed alive: what is in flight is aborted, and attempted again later', async () => {
    const { id } = await host.t.start(StubbornWorkflow, null);
    const ctx = await begun.opened;
    pool.break('before', '', 1_000_000);
    await host.t.clock.advance('30s').catch(() => undefined);
    await until('the abort', () => ctx.abortSignal.aborted);
    pool.fix();
    end.open();
    await beatUntil(id, 'completed');
    expect(attempts).toEqual(['first', 'middle', 'middle']);
  });

  it('a caller that waits for a result meanwhile gets it in the end', async () => {
    const handle = await host.t.start(StubbornWorkflow, null);
    await begun.opened;
    pool.break('before', '', 5);
    const result = handle.result();
    await until('a few looks', async () => (await handle.status().catch(() => 'away')) === 'running');
    end.open();
    expect(await result).toMatchObject({ status: 'completed', output: 3 });
  });

  it('a start meanwhile fails at the caller, and the next one works', async () => {
    end.open();
    pool.break('before', '', 1_000_000);
    await expect(host.t.start(StubbornWorkflow, null)).rejects.toThrow('ECONNRESET');
    pool.fix();
    expect(await host.t.run(StubbornWorkflow, null)).toMatchObject({ status: 'completed' });
  });

  itOnServer('by an administrator who ends all connections: the run is finished', async () => {
    const { id } = await host.t.start(StubbornWorkflow, null);
    await begun.opened;
    const client = new Client({ connectionString: host.database?.url ?? '' });
    await client.connect();
    await client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await client.end();
    end.open();
    await idle();
    await beatUntil(id, 'completed');
    expect(attempts.filter((step) => step === 'first')).toHaveLength(1);
  });
});
