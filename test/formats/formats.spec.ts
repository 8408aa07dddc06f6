import { beforeEach, describe, expect, it } from '@jest/globals';
import { verifyChain } from '../../lib/journal/index.js';
import { currentFormat, fold, knownFormats } from '../../lib/workflow/index.js';
import { openHost, stores } from '../e2e/host.js';
import { asker, lead } from '../e2e/gate/people.js';
import { sharedHost } from '../e2e/shared-host.js';
import { type JournalName, journals, record, recorded, restore } from './recorded-journal.js';
import { FinishedWorkflow, ParentWorkflow, performed, providers, WaitingWorkflow } from './workflows.js';

/** `UPDATE_FORMATS=1 npm run test:only -- test/formats` records the journals of the current format again. */
if (process.env['UPDATE_FORMATS']) {
  it('records the journals of the current format', async () => {
    const host = await openHost('memory', providers);
    const { t } = host;
    const finished = await t.run(FinishedWorkflow, [1, 2, 3], { principal: asker });
    expect(finished.status).toBe('completed');
    await record(host, 'finished', [finished.runId]);
    const waiting = await t.run(WaitingWorkflow, 5, { principal: asker });
    expect(waiting.status).toBe('waiting');
    await record(host, 'waiting', [waiting.runId]);
    const parent = await t.run(ParentWorkflow, 'hello', { principal: asker });
    expect(parent.status).toBe('waiting');
    const { items } = await t.orchestrator.find({ workflow: 'recorded-child' });
    await record(host, 'sub-workflow', [parent.runId, items[0]!.id]);
    await host.close();
  });
}

/** What each journal says, whatever build reads it. */
const expected: Record<JournalName, object[]> = {
  finished: [{ status: 'completed', output: 3 }],
  waiting: [{ status: 'waiting' }],
  'sub-workflow': [{ status: 'waiting' }, { status: 'waiting' }],
};

it('there are recorded journals of every format that is known, up to the current one', () => {
  expect(knownFormats).toContain(currentFormat);
  for (const format of knownFormats)
    for (const name of journals)
      for (const { row, records } of recorded(format, name).runs) {
        expect(row.format).toBe(format);
        expect(records[0]?.payload).toMatchObject({ format });
      }
});

describe.each(knownFormats.flatMap((format) => journals.map((name) => [format, name] as const)))(
  'format %s, %s',
  (format, name) => {
    it('folds to the state that it had, and its chain is whole', () => {
      const { runs } = recorded(format, name);
      const states = runs.map(({ records }) => fold(records));
      expect(
        states.map(({ status, output }) => (output === undefined ? { status } : { status, output })),
      ).toEqual(expected[name]);
      for (const { row, records } of runs)
        expect(verifyChain(records, { seq: row.seq, hash: row.headHash })).toBeUndefined();
    });
  },
);

describe.each(stores)('runs of every known format (%s)', (store) => {
  const shared = sharedHost(store, providers);
  beforeEach(() => void (performed.length = 0));

  describe.each(knownFormats)('format %s', (format) => {
    const bring = async (name: JournalName) => {
      const journal = recorded(format, name);
      await restore(shared.host, journal);
      return journal.runs.map(({ row }) => shared.t.orchestrator.handle(row.id));
    };

    it('a finished one can be verified and replayed, bodies included', async () => {
      const [handle] = await bring('finished');
      expect(await shared.t.audit.verify(handle!.id)).toMatchObject({ ok: true, problems: [] });
      expect(await handle!.replay({ bodies: true })).toMatchObject({ divergences: [] });
      expect(performed).toEqual([]);
    });

    it('one that waits for a person in the middle of a step continues, and does nothing twice', async () => {
      const [handle] = await bring('waiting');
      expect(await shared.t.audit.verify(handle!.id)).toMatchObject({ ok: true });
      const result = await shared.t.approve(handle!.id, { by: lead });
      expect(result).toMatchObject({ status: 'completed', output: ['receipt of 5', 'refund of 5'] });
      expect(performed).toEqual(['refund 5']);
      expect(await handle!.replay({ bodies: true })).toMatchObject({ divergences: [] });
    });

    it('one with a sub-workflow continues when that has ended', async () => {
      const [parent, child] = await bring('sub-workflow');
      await child!.signal('go', 'ready');
      expect(await parent!.result()).toMatchObject({ status: 'completed', output: 'ready!' });
      expect(await shared.t.audit.verify(parent!.id)).toMatchObject({ ok: true });
      expect(await parent!.replay()).toMatchObject({ divergences: [] });
    });
  });
});
