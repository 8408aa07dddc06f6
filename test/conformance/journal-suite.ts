import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyChain } from '../../lib/journal/index.js';
import { newId } from '../../lib/values/index.js';
import type { ReviewRequested } from '../../lib/workflow/index.js';
import { completed, ended, holdRun, newRun, signal, startProcess, type World } from './world.js';

const review: ReviewRequested = {
  reviewId: 'to be set',
  kind: 'output',
  proposed: { text: 'Dear customer' },
  proposedHash: 'hash',
  reason: 'low confidence',
  roles: ['lead'],
  users: [],
  quorum: 1,
  separationOfDuties: true,
  choices: ['approve', 'reject'],
  onTimeout: 'reject',
  expiresAt: '2030-01-01T00:00:00.000Z',
};

function opened(reviewId: string) {
  return {
    change: 'open',
    review: { ...review, reviewId },
    step: 'draft',
    iteration: 0,
    attempt: 1,
  } as const;
}

/** What every journal must do, whatever it writes to. */
export function describeJournal(where: string, openWorld: () => Promise<World>): void {
  describe(`${where}: journal`, () => {
    let world: World;
    beforeAll(async () => {
      world = await openWorld();
    }, 60_000);
    afterAll(() => world.close());

    describe('create', () => {
      it('writes the row and its first record', async () => {
        const { journal } = await startProcess(world);
        const run = newRun({
          created: {
            principal: { id: 'anna', roles: ['agent'], tenant: 'acme' },
            tags: ['vip', 'a,"b"'],
            priority: 3,
            correlationId: 'c-1',
          },
        });
        expect(await journal.create([run])).toEqual([{ outcome: 'created', runId: run.id }]);
        const row = await journal.find(run.id);
        const [record] = await journal.read(run.id);
        expect(row).toMatchObject({
          id: run.id,
          workflow: 'ticket',
          status: 'pending',
          seq: 1,
          headHash: record?.hash,
          workerId: null,
          leaseEpoch: 0,
          inboxPending: 0,
          priority: 3,
          principal: { id: 'anna', roles: ['agent'], tenant: 'acme' },
          tenant: 'acme',
          tags: ['vip', 'a,"b"'],
          correlationId: 'c-1',
          inputHash: '1a',
          usage: { calls: 0, inputTokens: 0, outputTokens: 0, usd: 0 },
          createdAt: new Date(run.at),
          finishedAt: null,
        });
        expect(record).toMatchObject({
          type: 'run.created',
          seq: 1,
          actor: { kind: 'person', id: 'anna' },
          payload: run.created,
        });
        expect(
          verifyChain(await journal.read(run.id), { seq: 1, hash: row?.headHash ?? '' }),
        ).toBeUndefined();
      });

      it('writes a refused start as a failed run', async () => {
        const { journal, leases } = await startProcess(world);
        const run = newRun({
          status: 'failed',
          records: [
            {
              type: 'run.failed',
              actor: { kind: 'code', id: 'gate' },
              at: new Date().toISOString(),
              payload: { error: { name: 'AccessDeniedError', message: 'no', code: 'ACCESS_DENIED' } },
            },
          ],
        });
        await journal.create([run]);
        expect(await journal.find(run.id)).toMatchObject({ status: 'failed', seq: 2 });
        expect(await leases.claim(run.id)).toBeUndefined();
      });

      it('gives 20 simultaneous starts with one idempotency key one run', async () => {
        const { journal } = await startProcess(world);
        const idempotencyKey = newId();
        const results = await Promise.all(
          Array.from({ length: 20 }, () => journal.create([newRun({ created: { idempotencyKey } })])),
        );
        const outcomes = results.flat();
        expect(outcomes.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
        expect(new Set(outcomes.map(({ runId }) => runId)).size).toBe(1);
        expect(outcomes.every((one) => one.outcome === 'created' || one.sameInput)).toBe(true);
      });

      it('keeps keys of tenants and workflows apart, and tells another input', async () => {
        const { journal } = await startProcess(world);
        const idempotencyKey = newId();
        const of = (tenant?: string, workflow = 'ticket') =>
          newRun({
            created: {
              idempotencyKey,
              workflow,
              ...(tenant ? { principal: { id: 'a', roles: [], tenant } } : {}),
            },
          });
        const outcomes = await journal.create([of(), of('acme'), of('other'), of(undefined, 'digest')]);
        expect(outcomes.map(({ outcome }) => outcome)).toEqual(['created', 'created', 'created', 'created']);
        const [other, same] = await journal.create([{ ...of('acme'), inputHash: '2a' }, of('other')]);
        expect(other).toEqual({ outcome: 'existing', runId: outcomes[1]?.runId, sameInput: false });
        expect(same).toEqual({ outcome: 'existing', runId: outcomes[2]?.runId, sameInput: true });
      });

      it('takes the same id twice for the same run, also within one call', async () => {
        const { journal } = await startProcess(world);
        const run = newRun();
        const [first, second] = await journal.create([run, run]);
        expect(first).toEqual({ outcome: 'created', runId: run.id });
        expect(second).toEqual({ outcome: 'existing', runId: run.id, sameInput: true });
        expect(await journal.create([run])).toEqual([second]);
        expect(await journal.read(run.id)).toHaveLength(1);
      });
    });

    describe('append', () => {
      it('keeps the order of the appends of one run and chains them', async () => {
        const process = await startProcess(world);
        const { id, leaseEpoch: epoch } = await holdRun(process);
        const steps = Array.from({ length: 30 }, (_, index) => `step${index}`);
        const outcomes = await Promise.all(
          steps.map((step) => process.journal.append({ runId: id, epoch, records: [completed(step)] })),
        );
        expect(new Set(outcomes)).toEqual(new Set(['ok']));
        const records = await process.journal.read(id);
        expect(records.map(({ step }) => step)).toEqual([undefined, ...steps]);
        const row = await process.journal.find(id);
        expect(verifyChain(records, { seq: row?.seq ?? 0, hash: row?.headHash ?? '' })).toBeUndefined();
      });

      it('gives back what was written, in every field', async () => {
        const process = await startProcess(world);
        const { id, leaseEpoch: epoch } = await holdRun(process);
        const draft = {
          ...completed('draft', {
            text: 'Zürich 🙂 "quoted" \\ {}, NULL',
            list: [1, 2.5e-7, null, true],
            '': 0,
          }),
          item: 4,
          call: 'key',
        };
        const usage = { calls: 1, inputTokens: 10, outputTokens: 5, usd: 0.001 };
        await process.journal.append({ runId: id, epoch, records: [draft], usage });
        const [record] = await process.journal.read(id, 1);
        expect(record).toEqual({
          ...draft,
          runId: id,
          seq: 2,
          salt: expect.any(String),
          payloadHash: expect.any(String),
          hash: expect.any(String),
        });
        expect((await process.journal.find(id))?.usage).toEqual(usage);
      });

      it('refuses a payload above the limit and leaves the run as it was', async () => {
        const process = await startProcess(world, { recordLimit: 1_000 });
        const { id, leaseEpoch: epoch } = await holdRun(process);
        const append = (output: string) =>
          process.journal.append({ runId: id, epoch, records: [completed('draft', output)] });
        await expect(append('x'.repeat(1_000))).rejects.toMatchObject({ code: 'PAYLOAD' });
        expect(await append('short')).toBe('ok');
        expect(await process.journal.read(id)).toHaveLength(2);
      });

      it('fences who has lost the run, and writes nothing', async () => {
        const [slow, next] = [await startProcess(world), await startProcess(world)];
        const { id, leaseEpoch: epoch } = await holdRun(slow);
        world.clock.advance(16_000);
        await next.leases.heartbeat();
        await next.leases.register();
        const claimed = await next.leases.claim(id);
        expect(claimed?.leaseEpoch).toBe(epoch + 1);
        expect(await slow.journal.append({ runId: id, epoch, records: [completed('late')] })).toBe('fenced');
        expect(
          await slow.journal.append({ runId: id, epoch, records: [], effects: { status: 'failed' } }),
        ).toBe('fenced');
        expect(await slow.journal.read(id)).toHaveLength(1);
        expect((await slow.journal.find(id))?.status).toBe('running');
      });

      it('fences after the run was given back, and when it was never opened', async () => {
        const process = await startProcess(world);
        const { id, leaseEpoch: epoch } = await holdRun(process);
        const { journal } = process;
        const waiting = { status: 'waiting', release: { wakeAt: null } } as const;
        expect(await journal.append({ runId: id, epoch, records: [], effects: waiting })).toBe('ok');
        expect(await journal.append({ runId: id, epoch, records: [completed('late')] })).toBe('fenced');
        expect(await world.journal().append({ runId: id, epoch, records: [completed('x')] })).toBe('fenced');
      });

      it('does not let a terminal status be overwritten, except by a retry', async () => {
        const process = await startProcess(world);
        const { id, leaseEpoch: epoch } = await holdRun(process);
        const { journal, leases } = process;
        const finish = { status: 'completed', finishedAt: '2026-11-01T00:00:00.000Z' } as const;
        expect(await journal.append({ runId: id, epoch, records: [ended()], effects: finish })).toBe('ok');
        expect(await journal.append({ runId: id, epoch, records: [], effects: { status: 'failed' } })).toBe(
          'fenced',
        );
        await journal.open(id);
        expect(await journal.append({ runId: id, epoch, records: [completed('late')] })).toBe('fenced');
        expect(await journal.find(id)).toMatchObject({
          status: 'completed',
          seq: 2,
          finishedAt: new Date(finish.finishedAt),
        });
        await journal.open(id);
        const release = { release: { wakeAt: null } };
        expect(await journal.append({ runId: id, epoch, records: [], effects: release })).toBe('ok');
        expect(await leases.claim(id)).toBeUndefined();
        const again = await leases.claim(id, { finished: true });
        expect(again).toMatchObject({ status: 'completed', leaseEpoch: epoch + 1 });
        await journal.open(id);
        const retried = {
          type: 'run.retried',
          actor: { kind: 'person', id: 'anna' },
          at: new Date().toISOString(),
          payload: { reset: ['draft'] },
        } as const;
        const running = {
          runId: id,
          epoch: epoch + 1,
          records: [retried],
          effects: { status: 'running' },
        } as const;
        expect(await journal.append(running)).toBe('ok');
        expect(await journal.find(id)).toMatchObject({ status: 'running', finishedAt: null });
      });

      it('finishes and gives back in one commit', async () => {
        const process = await startProcess(world);
        const { id, leaseEpoch: epoch } = await holdRun(process);
        const effects = { status: 'completed', release: { wakeAt: null } } as const;
        expect(
          await process.journal.append({ runId: id, epoch, records: [completed('last'), ended()], effects }),
        ).toBe('ok');
        const row = await process.journal.find(id);
        expect(row).toMatchObject({ status: 'completed', workerId: null, wakeAt: null, seq: 3 });
        expect(row?.finishedAt).toBeInstanceOf(Date);
      });

      it('opens and closes reviews in the same commit', async () => {
        const process = await startProcess(world);
        const run = newRun({ created: { principal: { id: 'anna', roles: [], tenant: 'acme' } } });
        const { id, leaseEpoch: epoch } = await holdRun(process, run);
        const [a, b] = [newId(), newId()];
        const { journal } = process;
        await journal.append({
          runId: id,
          epoch,
          records: [completed('x')],
          effects: { reviews: [opened(a), opened(b)] },
        });
        expect(await world.reviews(id)).toEqual({ [a]: 'open', [b]: 'open' });
        const close = { change: 'close', reviewId: a, status: 'replaced' } as const;
        await journal.append({ runId: id, epoch, records: [completed('y')], effects: { reviews: [close] } });
        expect(await world.reviews(id)).toEqual({ [a]: 'replaced', [b]: 'open' });
      });
    });

    describe('inbox', () => {
      it('keeps messages in their order until an append takes them', async () => {
        const process = await startProcess(world);
        const { id, leaseEpoch: epoch } = await holdRun(process);
        const { journal, leases } = process;
        const messages = ['first', 'second', 'third'].map((name) => signal(name));
        for (const message of messages) expect(await journal.post(id, message)).toBe(true);
        expect(await journal.inbox(id)).toEqual(messages.map((message) => ({ ...message, runId: id })));
        expect((await leases.heartbeat()).unread).toContain(id);
        const consumed = messages.slice(0, 2).map((message) => message.id);
        await journal.append({ runId: id, epoch, records: [completed('x')], effects: { consumed } });
        expect((await journal.inbox(id)).map((message) => message.id)).toEqual([messages[2]?.id]);
        expect((await journal.find(id))?.inboxPending).toBe(1);
      });

      it('knows a message that came twice, and a run that is not there', async () => {
        const process = await startProcess(world);
        const { id } = await holdRun(process);
        const message = signal('once');
        await process.journal.post(id, message);
        expect(await process.journal.post(id, message)).toBe(true);
        expect((await process.journal.find(id))?.inboxPending).toBe(1);
        expect(await process.journal.post(newId(), signal('nobody'))).toBe(false);
      });

      it('refuses a release while something is unread, and writes nothing', async () => {
        const process = await startProcess(world);
        const { id, leaseEpoch: epoch } = await holdRun(process);
        const message = signal('unread');
        await process.journal.post(id, message);
        const wait = (consumed: readonly string[]) =>
          process.journal.append({
            runId: id,
            epoch,
            records: [completed('x')],
            effects: { status: 'waiting', release: { wakeAt: null }, consumed },
          });
        expect(await wait([])).toBe('inbox-not-empty');
        expect(await process.journal.read(id)).toHaveLength(1);
        expect(await wait([message.id])).toBe('ok');
        expect(await process.journal.find(id)).toMatchObject({
          status: 'waiting',
          inboxPending: 0,
          workerId: null,
        });
      });

      it('never lets a message and a release pass each other', async () => {
        const [holder, sender] = [await startProcess(world), await startProcess(world)];
        const runs = await Promise.all(Array.from({ length: 25 }, () => holdRun(holder)));
        const due = async () => holder.leases.due(500, ['definition-1']);
        const outcomes = await Promise.all(
          runs.map(async ({ id, leaseEpoch: epoch }, index) => {
            const effects = { status: 'waiting', release: { wakeAt: null } } as const;
            const give = async () => {
              // Each one a little later, so that the two meet in every order.
              for (let turn = 0; turn < index * 2; turn++) await nextTurn();
              return holder.journal.append({ runId: id, epoch, records: [completed('x')], effects });
            };
            const [outcome] = await Promise.all([give(), sender.journal.post(id, signal('go'))]);
            return { id, outcome };
          }),
        );
        const waiting = await due();
        for (const { id, outcome } of outcomes) {
          // Either the holder was told, or it had given the run back and the message has made it due.
          expect(outcome === 'inbox-not-empty' || waiting.includes(id)).toBe(true);
        }
      });

      it('leaves messages to other runs in the same commit', async () => {
        const process = await startProcess(world);
        const [child, parent] = [await holdRun(process), await holdRun(process)];
        const { journal } = process;
        const wait = { status: 'waiting', release: { wakeAt: null } } as const;
        await journal.append({ runId: parent.id, epoch: parent.leaseEpoch, records: [], effects: wait });
        const effects = {
          status: 'completed',
          release: { wakeAt: null },
          outgoing: [
            { runId: parent.id, message: signal('child ended') },
            { runId: newId(), message: signal('nobody there') },
          ],
        } as const;
        expect(
          await journal.append({ runId: child.id, epoch: child.leaseEpoch, records: [ended()], effects }),
        ).toBe('ok');
        expect(await journal.inbox(parent.id)).toHaveLength(1);
        expect((await journal.find(parent.id))?.inboxPending).toBe(1);
        expect(await process.leases.due(500, ['definition-1'])).toContain(parent.id);
      });
    });

    describe('list', () => {
      it('gives every run once, newest first, over pages', async () => {
        const { journal } = await startProcess(world);
        const workflow = newId();
        const runs = Array.from({ length: 7 }, (_, index) =>
          newRun({
            at: new Date(1_790_000_000_000 + Math.floor(index / 2)).toISOString(),
            created: { workflow },
          }),
        );
        await journal.create(runs);
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await journal.list({ workflow, limit: 3, ...(cursor ? { cursor } : {}) });
          seen.push(...page.items.map(({ id }) => id));
          cursor = page.next;
        } while (cursor);
        const newestFirst = runs
          .toSorted((a, b) => b.at.localeCompare(a.at) || b.id.localeCompare(a.id))
          .map(({ id }) => id);
        expect(seen).toEqual(newestFirst);
      });

      it('filters', async () => {
        const { journal } = await startProcess(world);
        const workflow = newId();
        const parent = newRun({ created: { workflow, tags: ['vip'] } });
        const child = newRun({
          at: '2026-05-01T00:00:00.000Z',
          created: {
            workflow,
            principal: { id: 'anna', roles: [], tenant: 'acme' },
            parent: { runId: parent.id, step: 's', iteration: 0, key: 'k' },
          },
        });
        await journal.create([parent, child]);
        const ids = async (filter: object) =>
          (await journal.list({ workflow, ...filter })).items.map(({ id }) => id);
        expect(await ids({ tag: 'vip' })).toEqual([parent.id]);
        expect(await ids({ principal: 'anna' })).toEqual([child.id]);
        expect(await ids({ tenant: 'acme' })).toEqual([child.id]);
        expect(await ids({ parentRunId: parent.id })).toEqual([child.id]);
        expect(await ids({ status: ['pending', 'failed'] })).toHaveLength(2);
        expect(await ids({ status: 'failed' })).toEqual([]);
        expect(await ids({ to: new Date('2026-05-02') })).toEqual([child.id]);
        expect(await ids({ from: new Date('2026-05-02') })).toEqual([parent.id]);
        await expect(journal.list({ cursor: 'nonsense' })).rejects.toThrow(/not a cursor/);
      });
    });
  });
}
