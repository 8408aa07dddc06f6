import { afterEach, describe, expect, it } from '@jest/globals';
import { Input, InvalidOptionsError, Step, Workflow } from 'nestjs-nestor';
import { BlobStore } from '../../lib/journal/index.js';
import { sha256 } from '../../lib/values/index.js';
import { openTestDatabase } from '../database/test-database.js';
import { type Host, openHost, stores } from './host.js';

const bytes = Uint8Array.of(1, 2, 3);
const photo = { hash: sha256(bytes), bytes };

@Workflow()
class NoteWorkflow {
  @Step() note(@Input() text: string) {
    return text;
  }
}

@Workflow()
class PatientWorkflow {
  @Step({ waitFor: 'go' }) wait() {
    return 'went';
  }
}

describe.each(stores)('audit.retention (%s)', (store) => {
  let host: Host;
  afterEach(() => host.close());

  it('lets finished runs go after their time, as a whole, and no others', async () => {
    host = await openHost(store, [NoteWorkflow, PatientWorkflow], { audit: { retention: '30d' } });
    const { t } = host;
    const old = await t.run(NoteWorkflow, 'old');
    const waiting = await t.run(PatientWorkflow, undefined);
    await t.clock.advance('20d');
    const young = await t.run(NoteWorkflow, 'young');
    const blobs = t.module.get<BlobStore>(BlobStore, { strict: false });
    for (const { runId } of [old, young]) await blobs.put(runId, [photo]);
    await t.clock.advance('11d');
    expect(await t.orchestrator.handle(old.runId).media(photo.hash)).toBeUndefined();
    expect(await t.orchestrator.handle(young.runId).media(photo.hash)).toHaveLength(3);
    const left = (await t.orchestrator.find()).items.map(({ id }) => id);
    expect(left.toSorted()).toEqual([waiting.runId, young.runId].toSorted());
    expect(await t.history(old.runId)).toEqual([]);
    expect(await t.audit.verify(young.runId)).toMatchObject({ problems: [] });
    if (host.database) {
      const rows: unknown = await host.database.dataSource.query(
        'SELECT run_id, records FROM orchestration_expired_run',
      );
      expect(rows).toEqual([{ run_id: old.runId, records: 4 }]);
    }
    await t.orchestrator.handle(waiting.runId).signal('go');
    expect(await t.result(waiting.runId)).toMatchObject({ status: 'completed', output: 'went' });
  });
});

describe('the search for runs whose time is over', () => {
  it('reads no more of a large table than it has to', async () => {
    const database = await openTestDatabase();
    const query = <Row>(text: string) => database.dataSource.query<Row[]>(text);
    await query(`
      INSERT INTO orchestration_run (id, workflow, version, definition_hash, format, status, seq, head_hash, input_hash, usage, created_at, finished_at)
      SELECT gen_random_uuid(), 'note', '1', 'note', 1, 'completed', 1, '', '', '{}', day, day
      FROM generate_series(1, 50000) n, LATERAL (SELECT now() - interval '1 year' + n * interval '10 minutes' AS day) d`);
    await query('ANALYZE orchestration_run');
    const plan = await query<Record<string, string>>(`
      EXPLAIN SELECT id FROM orchestration_run
      WHERE finished_at < now() - interval '360 days' AND worker_id IS NULL ORDER BY finished_at LIMIT 100`);
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('orchestration_run_finished');
    await database.close();
  });
});

describe('audit options', () => {
  it('are refused at boot where they are not durations, or not there yet', async () => {
    // What the types refuse, plain JavaScript can write.
    const audit = { retention: 'a while', signingKey: 'x' } as never;
    await expect(openHost('memory', [NoteWorkflow], { audit })).rejects.toThrow(InvalidOptionsError);
    await expect(openHost('memory', [NoteWorkflow], { audit })).rejects.toThrow(
      /audit.retention is 'a while'[\s\S]*audit.signingKey is not an option/,
    );
  });
});
