import { expect, it } from '@jest/globals';
import type { CommitEntry } from './commit-entry.js';
import { diagnose, type RunRowState } from './diagnose.js';

const hash = (digit: string) => digit.repeat(64);
const record = { type: 'run.waiting' } as unknown as CommitEntry['records'][number];

const entry: CommitEntry = {
  runId: 'run-1',
  epoch: 3,
  before: { seq: 4, hash: hash('a') },
  after: { seq: 5, hash: hash('b') },
  records: [record],
  progress: false,
  mayFollowTheEnd: false,
};
const release: CommitEntry = { ...entry, records: [], effects: { release: { wakeAt: null } } };

const row: RunRowState = {
  id: 'run-1',
  lease_epoch: 3,
  held: true,
  seq: 4,
  head_hash: Buffer.from(hash('a'), 'hex'),
  switches: '0',
  inbox_pending: 0,
  finished: false,
  written: null,
};

it.each<[string, CommitEntry, RunRowState | undefined, string]>([
  ['a run that is gone', entry, undefined, 'fenced'],
  ['nothing against it', entry, row, 'locked'],
  [
    'its own record is there: the answer was lost',
    entry,
    { ...row, seq: 5, written: Buffer.from(hash('b'), 'hex') },
    'ok',
  ],
  ["another's record is there", entry, { ...row, seq: 5, written: Buffer.from(hash('c'), 'hex') }, 'fenced'],
  ['a later epoch', entry, { ...row, lease_epoch: 4 }, 'fenced'],
  ['a journal that is further', entry, { ...row, seq: 5 }, 'fenced'],
  ['another record before it', entry, { ...row, head_hash: Buffer.from(hash('c'), 'hex') }, 'fenced'],
  ['no holder', entry, { ...row, held: false }, 'fenced'],
  ['no holder after a release: the answer was lost', release, { ...row, held: false }, 'ok'],
  [
    'no holder, and records that are not there',
    { ...release, records: [record] },
    { ...row, held: false },
    'fenced',
  ],
  ['a run that has ended', entry, { ...row, finished: true }, 'fenced'],
  [
    'a run that has ended, for what may follow the end',
    { ...entry, mayFollowTheEnd: true },
    { ...row, finished: true },
    'locked',
  ],
  ['a message that came before the release', release, { ...row, inbox_pending: 1 }, 'inbox-not-empty'],
  [
    'the messages that the release consumes',
    { ...release, effects: { ...release.effects, consumed: ['message-1'] } },
    { ...row, inbox_pending: 1 },
    'locked',
  ],
])('an entry that was not written: %s', (_what, given, state, reason) => {
  expect(diagnose(given, state)).toBe(reason);
});
