import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describeOnServer } from '../database/test-database.js';
import { until } from '../e2e/until.js';
import { compileLibrary } from './compile-library.js';
import { exited, Processes } from './processes.js';

/** How often; 100 before a release: `BUDGET_ROUNDS=100 npm run test:only -- test/processes/shared-budget`. */
const rounds = Number(process.env['BUDGET_ROUNDS'] ?? 3);
const runs = 50;
const branches = 20;
/** Of the thousand calls that the runs would make. */
const limit = 600;

interface Account {
  readonly owner: string;
  readonly unit: string;
  readonly used: number;
  readonly reserved: number;
  readonly lim: number;
}

describeOnServer('20 branches in each of 50 runs under one budget, while processes are killed', () => {
  let program: string;
  let processes: Processes;
  let workers: ChildProcess[];
  beforeAll(async () => {
    program = join(await compileLibrary(['test/processes']), 'test/processes/spending-host.js');
  }, 60_000);
  beforeEach(async () => {
    processes = await Processes.open(program);
  });
  afterEach(() => processes.close());

  const query = <Row>(text: string): Promise<Row[]> => processes.database.dataSource.query(text);
  const accounts = () =>
    query<Account>(
      `SELECT owner, unit, used::float8 AS used, reserved::float8 AS reserved, lim::float8 AS lim FROM orchestration_budget`,
    );
  const isDone = async () => {
    const [row] = await query<{ open: number; ended: number }>(
      `SELECT count(*) FILTER (WHERE finished_at IS NULL)::int AS open, count(*)::int AS ended FROM orchestration_run`,
    );
    return row?.open === 0 && row.ended === runs;
  };
  const notes = async () => (await processes.notes()) as unknown as { readonly tokens: number }[];

  /** Until all runs have ended: one process after the other is killed, and another one comes. */
  async function spend(settings: Record<string, string>, look: (all: readonly Account[]) => void) {
    const all = { CALLS: String(limit), BRANCHES: String(branches), ...settings };
    workers = await Promise.all([0, 1].map(() => processes.start(all)));
    workers.push(await processes.start({ ...all, RUNS: String(runs) }));
    let kills = 0;
    for (let turn = 1; !(await isDone()); turn++) {
      look(await accounts());
      await pause(20);
      if (turn % 15 !== 0 || kills >= 6) continue;
      const victim = workers.shift();
      if (!victim) continue;
      victim.kill('SIGKILL');
      await exited(victim);
      kills += 1;
      workers.push(await processes.start(all));
    }
    expect(kills).toBeGreaterThan(0);
  }

  /** Until everything is booked, and nothing is set aside. */
  async function settled(): Promise<readonly Account[]> {
    await until(
      'all that was used is booked',
      async () => {
        const left = await query<{ left: number }>(
          `SELECT coalesce(sum(abs(reserved)), 0)::float8 AS left FROM orchestration_hold
         UNION ALL SELECT coalesce(sum(abs(reserved)), 0)::float8 FROM orchestration_budget
         UNION ALL SELECT coalesce(sum(abs(estimate) + abs(actual)), 0)::float8 FROM orchestration_settled`,
        );
        return left.every((row) => row.left === 0);
      },
      60_000,
    );
    return accounts();
  }

  it.each(Array.from({ length: rounds }, (_, round) => round + 1))(
    'never exceeds it where bills keep to their estimates, and leaves nothing set aside (round %i)',
    async () => {
      await spend({ BILLS: 'within' }, (all) => {
        for (const { used, reserved, lim } of all) expect(used + reserved).toBeLessThanOrEqual(lim);
      });
      const all = await settled();
      const asked = await notes();
      const of = (unit: string) => all.find((one) => one.unit === unit);
      expect(of('calls')?.used).toBeLessThanOrEqual(limit);
      // What was asked for is booked; what a killed process had in flight, at its estimate.
      expect(asked.length).toBeLessThanOrEqual(of('calls')?.used ?? 0);
      const outputs = asked.reduce((sum, { tokens }) => sum + tokens, 0);
      expect(outputs).toBeLessThanOrEqual(of('tokens')?.used ?? 0);
      // A thousandth of a dollar for each output token, in nano-dollars.
      expect(outputs * 1_000_000).toBeLessThanOrEqual(of('usd')?.used ?? 0);
      expect(asked.length).toBeGreaterThan(limit / 2);
    },
    120_000,
  );

  it('books larger bills in full, and says so', async () => {
    await spend({ BILLS: 'over' }, () => undefined);
    const all = await settled();
    const outputs = (await notes()).reduce((sum, { tokens }) => sum + tokens, 0);
    const [overruns] = await query<{ count: number }>(
      `SELECT count(*)::int AS count FROM orchestration_audit_record WHERE type = 'budget.overrun'`,
    );
    const [completed] = await query<{ tokens: number }>(
      `SELECT sum((payload -> 'usage' ->> 'outputTokens')::int)::float8 AS tokens FROM orchestration_audit_record
       WHERE type = 'call.completed' AND payload ->> 'kind' = 'model'`,
    );
    expect(overruns?.count).toBeGreaterThan(0);
    const used = all.find((one) => one.unit === 'tokens')?.used ?? 0;
    // All that is on record; what was lost with a killed process counts at its estimate, which is lower.
    expect(used).toBeGreaterThanOrEqual(completed?.tokens ?? Infinity);
    expect(outputs).toBeGreaterThanOrEqual(completed?.tokens ?? Infinity);
  }, 120_000);
});
