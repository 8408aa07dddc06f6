import { describe, expect, it } from '@jest/globals';
import type { RecordDraft, RunRecord } from '../../workflow/index.js';
import { chainRecords, emptyHead, hashOfRecord, type StoredRecord } from './chain.js';
import { verifyChain } from './verify-chain.js';

const runId = '01890000-0000-7000-8000-000000000001';
const draft = (step: string): RecordDraft => ({
  type: 'step.completed',
  step,
  iteration: 0,
  attempt: 1,
  actor: { kind: 'code', id: `ticket.${step}` },
  at: '2026-11-01T10:00:00.000Z',
  payload: { output: { text: step }, duration: 1_000, via: 'fallback' },
});
const chain = () => chainRecords(runId, ['a', 'b', 'c', 'd'].map(draft), emptyHead);
const replace = (records: readonly StoredRecord[], index: number, change: Partial<StoredRecord>) =>
  records.map((record, at) => (at === index ? { ...record, ...change } : record));

describe('the hash chain', () => {
  it('verifies as it was written, also over several appends and with times in another form', () => {
    const first = chainRecords(runId, [draft('a'), draft('b')], emptyHead);
    const later = { ...draft('c'), at: '2026-11-01T11:00:00+01:00' };
    const head = first.at(-1) as RunRecord;
    const all = [...first, ...chainRecords(runId, [later], head)];
    expect(all.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(all[2]?.at).toBe('2026-11-01T10:00:00.000Z');
    const last = all.at(-1) as RunRecord;
    expect(verifyChain(all, { seq: last.seq, hash: last.hash })).toBeUndefined();
  });

  it('verifies after a round trip through JSON, whatever the order of the keys', () => {
    const shuffled = chain().map((record) => ({
      ...record,
      payload: {
        via: 'fallback',
        duration: 1_000,
        output: { text: record.step },
      },
    }));
    expect(verifyChain(JSON.parse(JSON.stringify(shuffled)))).toBeUndefined();
  });

  it.each<[string, Partial<StoredRecord>]>([
    ['step', { step: 'x' }],
    ['type', { type: 'step.failed' }],
    ['iteration', { iteration: 1 }],
    ['item', { item: 0 }],
    ['attempt', { attempt: 2 }],
    ['call', { call: 'x' }],
    ['actor', { actor: { kind: 'person', id: 'ticket.b' } }],
    ['time', { at: '2026-11-01T10:00:00.001Z' }],
    ['run', { runId: '01890000-0000-7000-8000-000000000002' }],
    ['payload hash', { payloadHash: '0'.repeat(64) }],
  ])('finds an edited %s', (_field, change) => {
    expect(verifyChain(replace(chain(), 1, change))).toMatchObject({ kind: 'hash', seq: 2 });
  });

  it('finds an edited payload and an edited salt', () => {
    expect(verifyChain(replace(chain(), 1, { payload: { output: 'x' } }))).toMatchObject({
      kind: 'payload',
      seq: 2,
    });
    expect(verifyChain(replace(chain(), 1, { salt: 'x' }))).toMatchObject({ kind: 'payload', seq: 2 });
  });

  it('finds an edit whose own hash was computed again: the next record does not follow', () => {
    const records = chain();
    const forged = { ...(records[1] as StoredRecord), step: 'x' };
    const hash = hashOfRecord(records[0]?.hash ?? '', forged, forged);
    expect(verifyChain(replace(records, 1, { ...forged, hash }))).toMatchObject({ kind: 'hash', seq: 3 });
  });

  it('finds a deleted record at the beginning, in the middle and at the end', () => {
    const records = chain();
    const last = records.at(-1) as RunRecord;
    expect(verifyChain(records.slice(1))).toMatchObject({ kind: 'sequence', seq: 1 });
    expect(verifyChain(records.toSpliced(1, 1))).toMatchObject({ kind: 'sequence', seq: 2 });
    expect(verifyChain(records.slice(0, 3), last)).toMatchObject({ kind: 'head', seq: 4 });
  });

  it('finds reordered records, also with their numbers changed to fit', () => {
    const [a, b, c, d] = chain() as [RunRecord, RunRecord, RunRecord, RunRecord];
    expect(verifyChain([a, c, b, d])).toMatchObject({ kind: 'sequence', seq: 2 });
    expect(verifyChain([a, { ...c, seq: 2 }, { ...b, seq: 3 }, d])).toMatchObject({ kind: 'hash', seq: 2 });
  });

  it('finds an inserted record', () => {
    const [a, b, c, d] = chain() as [RunRecord, RunRecord, RunRecord, RunRecord];
    const [inserted] = chainRecords(runId, [draft('x')], b) as [RunRecord];
    const moved = [c, d].map((record) => ({ ...record, seq: record.seq + 1 }));
    expect(verifyChain([a, b, inserted, ...moved])).toMatchObject({ kind: 'hash', seq: 4 });
    expect(verifyChain([a, b, b, c, d])).toMatchObject({ kind: 'sequence', seq: 3 });
  });

  it('still verifies once a payload was erased with a record of it, and not without', () => {
    const erasure: RecordDraft = {
      type: 'payload.erased',
      actor: { kind: 'person', id: 'officer' },
      at: '2026-11-02T10:00:00.000Z',
      payload: { records: [2], reason: 'asked for' },
    };
    const before = chain();
    const all = [...before, ...chainRecords(runId, [erasure], before.at(-1) as RunRecord)];
    const erased = { payload: null, salt: null };
    expect(verifyChain(replace(all, 1, erased))).toBeUndefined();
    expect(verifyChain(replace(all, 2, erased))).toMatchObject({ kind: 'erased', seq: 3 });
  });

  it('gives equal payloads different hashes, so that nobody can guess them back', () => {
    const [a, b] = chainRecords(runId, [draft('same'), draft('same')], emptyHead);
    expect(a?.payloadHash).not.toBe(b?.payloadHash);
  });
});
