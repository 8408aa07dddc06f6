import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuditFilter, AuditService } from '../../lib/audit/index.js';
import { InputValidationError, RunNotFoundError } from '../../lib/errors/index.js';
import type { RunRecord } from '../../lib/workflow/index.js';
import { newId } from '../../lib/values/index.js';
import { completed, ended, holdRun, newRun } from '../conformance/world.js';
import { type AuditStorage, storages } from './audit-storage.js';
import { openAccess } from '../access/open-access.js';

describe.each(Object.entries(storages))('audit %s', (_, openStorage) => {
  let storage: AuditStorage;
  let audit: AuditService;

  beforeAll(async () => {
    storage = await openStorage();
    await storage.leases.register();
    audit = new AuditService(storage.journal, storage.reader, openAccess(storage.journal));
  });
  afterAll(() => storage.close());

  /** A finished run of five records, in a time of its own. */
  async function finishedRun(at = new Date()): Promise<string> {
    const run = newRun({ at: at.toISOString(), created: { principal: { id: 'ada', roles: [] } } });
    const row = await holdRun(storage, run);
    const drafts = [completed('classify'), completed('search'), completed('draft'), ended()];
    const records = drafts.map((draft, index) => ({
      ...draft,
      at: new Date(at.getTime() + index + 1).toISOString(),
    }));
    const append = { runId: run.id, epoch: row.leaseEpoch, records };
    await storage.journal.append({ ...append, effects: { status: 'completed', release: { wakeAt: null } } });
    storage.journal.close(run.id);
    return run.id;
  }

  const types = async (filter: AuditFilter) => (await audit.find(filter)).items.map(({ type }) => type);

  describe('find', () => {
    it('filters by run, type, step, actor and time', async () => {
      const at = new Date('2031-01-01T00:00:00Z');
      const runId = await finishedRun(at);
      const range = { from: at, to: new Date(at.getTime() + 1000) };
      expect(await types({ runId })).toHaveLength(5);
      expect(await types({ ...range, type: ['run.created', 'run.completed'] })).toEqual([
        'run.created',
        'run.completed',
      ]);
      expect(await types({ ...range, step: 'search' })).toEqual(['step.completed']);
      expect(await types({ ...range, actor: 'ada' })).toEqual(['run.created']);
      expect(await types({ ...range, actorKind: 'code' })).toHaveLength(4);
      expect(await types({ from: range.from, to: range.from })).toEqual([]);
      expect(await types({ runId: newId() })).toEqual([]);
    });

    it('pages without a gap or a double, also where times are equal', async () => {
      const at = new Date('2032-01-01T00:00:00Z');
      for (let n = 0; n < 3; n++) await finishedRun(at);
      const seen: RunRecord[] = [];
      let cursor: string | undefined;
      do {
        const page = await audit.find({ from: at, limit: 4, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...page.items);
        cursor = page.next;
      } while (cursor !== undefined);
      expect(seen).toHaveLength(15);
      expect(new Set(seen.map(({ hash }) => hash)).size).toBe(15);
      expect(seen.map((record) => record.at)).toEqual(seen.map((record) => record.at).toSorted());
      await expect(audit.find({ cursor: 'nonsense' })).rejects.toThrow(InputValidationError);
    });
  });

  describe('timeline', () => {
    it('tells a run in words, in order', async () => {
      const runId = await finishedRun();
      expect((await audit.timeline(runId)).map(({ who, where, what }) => [who, where, what])).toEqual([
        ['person ada', undefined, 'run of ticket 1 created for ada'],
        ['code ticket.classify', 'classify', 'completed in 1 ms'],
        ['code ticket.search', 'search', 'completed in 1 ms'],
        ['code ticket.draft', 'draft', 'completed in 1 ms'],
        ['code ticket', undefined, 'run completed'],
      ]);
      await expect(audit.timeline(newId())).rejects.toThrow(RunNotFoundError);
    });
  });

  describe('export', () => {
    it('gives one JSON record a line', async () => {
      const runId = await finishedRun();
      const lines: string[] = [];
      for await (const line of audit.export({ runId })) lines.push(line);
      expect(lines.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1)).toBe(true);
      expect(lines.map((line) => JSON.parse(line))).toEqual(await storage.journal.read(runId));
    });
  });

  describe('verify', () => {
    it('finds nothing wrong with what was not touched', async () => {
      const runId = await finishedRun();
      expect(await audit.verify(runId)).toEqual({ ok: true, runs: 1, records: 5, problems: [] });
      await expect(audit.verify(newId())).rejects.toThrow(RunNotFoundError);
    });

    const tampering: [string, (records: readonly RunRecord[]) => readonly RunRecord[], string, number][] = [
      [
        'an edited payload',
        (records) =>
          records.map((record) =>
            record.seq === 3
              ? ({ ...record, payload: { ...record.payload, output: 'forged' } } as RunRecord)
              : record,
          ),
        'payload',
        3,
      ],
      [
        'another actor',
        (records) =>
          records.map((record) =>
            record.seq === 2 ? { ...record, actor: { kind: 'person', id: 'eve' } } : record,
          ),
        'hash',
        2,
      ],
      ['a deleted record', (records) => records.filter(({ seq }) => seq !== 3), 'sequence', 3],
      ['a cut-off end', (records) => records.slice(0, 4), 'head', 5],
      [
        'two records in another order',
        (records) =>
          records
            .map((record) => ({ ...record, seq: [1, 3, 2, 4, 5][record.seq - 1] ?? 0 }))
            .toSorted((a, b) => a.seq - b.seq),
        'hash',
        2,
      ],
      ['an added record', (records) => [...records, { ...records[4]!, seq: 6 }], 'hash', 6],
      [
        'a record put in',
        (records) => [
          ...records.slice(0, 2),
          { ...records[1]!, seq: 3 },
          ...records.slice(2).map((record) => ({ ...record, seq: record.seq + 1 })),
        ],
        'hash',
        3,
      ],
      ['no records at all', () => [], 'head', 1],
    ];

    it.each(tampering)('finds %s', async (_name, change, kind, seq) => {
      const runId = await finishedRun();
      await storage.tamper(runId, change);
      const report = await audit.verify(runId);
      expect(report).toMatchObject({ ok: false, problems: [{ runId, kind, seq }] });
    });

    it('checks all runs of a range and reports the first problem of each', async () => {
      const at = new Date('2033-01-01T00:00:00Z');
      const runs = [await finishedRun(at), await finishedRun(at), await finishedRun(at)];
      await storage.tamper(runs[1]!, (records) => records.filter(({ seq }) => seq === 1 || seq === 4));
      const report = await audit.verify({ from: at, to: new Date('2034-01-01T00:00:00Z') });
      expect(report).toMatchObject({
        ok: false,
        runs: 3,
        records: 12,
        problems: [{ runId: runs[1], kind: 'sequence' }],
      });
    });

    it('does not take a run that is being written for a tampered one', async () => {
      const { id, leaseEpoch } = await holdRun(storage, newRun());
      const appends = Array.from({ length: 60 }, (_unused, n) =>
        storage.journal.append({ runId: id, epoch: leaseEpoch, records: [completed(`step${n}`)] }),
      );
      for (const append of appends) {
        expect((await audit.verify(id)).problems).toEqual([]);
        await append;
      }
      expect(await audit.verify(id)).toMatchObject({ ok: true, records: 61 });
    });
  });
});
