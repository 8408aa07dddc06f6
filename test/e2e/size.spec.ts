import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { From, Input, Step, Workflow } from 'nestjs-nestor';
import { onServer } from '../database/test-database.js';
import { type Host, openHost } from './host.js';

/** Ten steps, each handing on what it was given. */
@Workflow()
class TenStepsWorkflow {
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

describe('what a run leaves in the tables', () => {
  let host: Host;
  beforeAll(async () => {
    host = await openHost('database', [TenStepsWorkflow]);
  });
  afterAll(() => host.close());

  const query = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await host.database?.dataSource.query<Row[]>(text, values)) ?? [];

  // docs/persistence.md states these numbers.
  it('is 14 rows and 5.7 kB for ten steps that hand on 200 bytes', async () => {
    const { runId } = await host.t.run(TenStepsWorkflow, 'x'.repeat(200));
    const [record] = await query<{ rows: number; bytes: number }>(
      'SELECT count(*)::int AS rows, sum(pg_column_size(r.*))::int AS bytes FROM orchestration_audit_record r WHERE run_id = $1',
      [runId],
    );
    const [run] = await query<{ rows: number; bytes: number }>(
      'SELECT count(*)::int AS rows, sum(pg_column_size(r.*))::int AS bytes FROM orchestration_run r WHERE id = $1',
      [runId],
    );
    expect((record?.rows ?? 0) + (run?.rows ?? 0)).toBe(14);
    expect(((record?.bytes ?? 0) + (run?.bytes ?? 0)) / 1_000).toBeCloseTo(5.7, 1);
  });

  it('is compressed where a payload is large', async () => {
    const { runId } = await host.t.run(TenStepsWorkflow, 'the same again and again. '.repeat(4_000));
    const rows = await query<{ written: number; stored: number; how: string | null }>(
      `SELECT octet_length(payload::text) AS written, pg_column_size(payload) AS stored, pg_column_compression(payload) AS how
       FROM orchestration_audit_record WHERE run_id = $1 AND type = 'step.completed'`,
      [runId],
    );
    expect(rows).toHaveLength(10);
    for (const { written, stored, how } of rows) {
      expect(stored).toBeLessThan(written / 20);
      if (onServer) expect(how).toBe('lz4');
    }
  });

  it('keeps what can not be compressed as it is', async () => {
    const text = randomBytes(20_000).toString('base64');
    const result = await host.t.run(TenStepsWorkflow, text);
    expect(result).toMatchObject({ status: 'completed', output: text });
    expect(await host.t.audit.verify(result.runId)).toMatchObject({ ok: true });
  });
});
