import type { RunRecord } from '../records/record.js';

/** A `run.created` as the journal gives it, without what fold and plan do not read. */
export const created = {
  runId: '0199f0a0-0000-7000-8000-000000000001',
  seq: 1,
  type: 'run.created',
  at: '2026-11-20T12:00:00.000Z',
  payload: { workflow: 'w', definitionHash: 'h', format: 1, input: null },
  // what is missing is what they do not read
} as unknown as RunRecord<'run.created'>;
