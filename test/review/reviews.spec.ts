import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '../../lib/clock/index.js';
import type { Review } from '../../lib/database/index.js';
import { RunDispatcher, type Wake } from '../../lib/dispatch/index.js';
import {
  AccessDeniedError,
  InputValidationError,
  ReviewConflictError,
  ReviewExpiredError,
  ReviewNotFoundError,
} from '../../lib/errors/index.js';
import { Fitting, type ReviewFilter, ReviewService } from '../../lib/review/index.js';
import { CurrentPrincipal } from '../../lib/scope/index.js';
import { newId, PayloadLimit, type Principal } from '../../lib/values/index.js';
import type { Journal } from '../../lib/journal/index.js';
import { type ReviewStorage, storages } from './review-storage.js';
import { openAccess } from '../access/open-access.js';

class ShiftedClock extends SystemClock {
  shift = 0;
  override now = () => Date.now() + this.shift;
  override offset = () => this.shift;
}

class RecordingDispatcher extends RunDispatcher {
  wakes: Wake[] = [];
  dispatch = (wakes: readonly Wake[]) => void this.wakes.push(...wakes);
  listen = () => Promise.resolve();
  close = () => Promise.resolve();
}

const lead = (id: string, more: Partial<Principal> = {}): Principal => ({
  id,
  roles: ['support-lead'],
  ...more,
});
const many = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));
const succeeded = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.filter(({ status }) => status === 'fulfilled').length;
const inAMinute = () => new Date(Date.now() + 60_000);

describe.each(Object.entries(storages))('reviews %s', (_, openStorage) => {
  let storage: ReviewStorage;
  let service: ReviewService;
  let clock: ShiftedClock;
  let dispatcher: RecordingDispatcher;
  const current = new CurrentPrincipal();

  beforeAll(async () => {
    storage = await openStorage();
  });
  afterAll(() => storage.close());
  beforeEach(async () => {
    await storage.clear();
    clock = new ShiftedClock();
    dispatcher = new RecordingDispatcher();
    const fitting = new Fitting({ list: () => [], tools: () => [] });
    service = new ReviewService(
      storage.reviews(clock),
      dispatcher,
      clock,
      new PayloadLimit(),
      fitting,
      openAccess({ find: async () => undefined }, current),
      // There are no runs whose records could tell of a refusal.
      { find: async () => undefined } as unknown as Journal,
    );
  });

  const kindsOf = async (runId: string) => (await storage.inboxOf(runId)).map(({ body }) => body.kind);

  const idsFor = async (decidableBy: Principal) =>
    (await service.list({ decidableBy })).items.map(({ id }) => id);

  describe('a decision', () => {
    it('is one of fifty simultaneous ones: the others get a conflict, and the run one message', async () => {
      const review = await storage.open();
      const results = await Promise.allSettled(
        many(50, (n) =>
          n % 2 === 0
            ? service.approve(review.id, { by: lead(`lead-${n}`) })
            : service.edit(review.id, { by: lead(`lead-${n}`), value: { text: `edit ${n}` } }),
        ),
      );
      const errors: unknown[] = results.flatMap((result) =>
        result.status === 'rejected' ? [result.reason] : [],
      );
      expect(succeeded(results)).toBe(1);
      expect(errors.filter((error) => !(error instanceof ReviewConflictError))).toEqual([]);
      const row = await service.get(review.id);
      expect(await storage.inboxOf(review.runId)).toMatchObject([
        {
          actor: { kind: 'person', id: row.decidedBy },
          body: { kind: 'review.decided', choice: row.choice, proposedHash: review.proposedHash },
        },
      ]);
      expect(await storage.runOf(review.runId)).toMatchObject({ inboxPending: 1, wakeAt: expect.any(Date) });
      expect(dispatcher.wakes).toEqual([{ runId: review.runId, reason: 'inbox' }]);
    });

    it('carries its value and reason to the row and the message', async () => {
      const { id, runId } = await storage.open();
      const row = await service.edit(id, {
        by: lead('ada'),
        value: { text: 'Dear\0 Bob' },
        reason: 'cold\0',
      });
      const expected = { reason: 'cold\uFFFD', value: { text: 'Dear\uFFFD Bob' } };
      expect(row).toMatchObject({ status: 'decided', choice: 'edit', decidedBy: 'ada', ...expected });
      expect(row.decisions).toEqual([
        {
          by: 'ada',
          at: expect.any(String),
          choice: 'edit',
          proposedHash: expect.stringMatching(/^[0-9a-f]{64}$/),
          ...expected,
        },
      ]);
      expect((await storage.inboxOf(runId))[0]?.body).toMatchObject(expected);
    });

    it('is the current principal’s unless told otherwise, and nobody’s is refused', async () => {
      const { id } = await storage.open();
      await expect(service.approve(id)).rejects.toThrow(AccessDeniedError);
      const row = await current.run(lead('ada'), () => service.approve(id));
      expect(row.decidedBy).toBe('ada');
    });

    it('never bears a name from a request body: the caller’s counts, with the caller’s roles', async () => {
      const { id } = await storage.open();
      const forged = { by: lead('boss') };
      for (const caller of [undefined, { id: 'eve', roles: [] }, lead('ada')]) {
        await expect(current.run(caller, () => service.approve(id, forged))).rejects.toThrow(
          AccessDeniedError,
        );
      }
      const eve = { id: 'eve', roles: [] };
      await expect(current.run(eve, () => service.approve(id, { by: lead('eve') }))).rejects.toThrow(/roles/);
      expect((await service.get(id)).status).toBe('open');
    });

    it('has to come from somebody with the role or the name, of the same tenant, who did not start the run', async () => {
      const { id, runId } = await storage.open({ tenant: 'acme', users: ['cy'] });
      const tenant = 'acme';
      const strangers: [Principal, typeof AccessDeniedError | typeof ReviewNotFoundError][] = [
        [{ id: 'bob', roles: ['customer'], tenant }, AccessDeniedError],
        [lead('customer', { tenant }), AccessDeniedError],
        [lead('ada', { tenant: 'globex' }), ReviewNotFoundError],
        [lead('ada'), ReviewNotFoundError],
      ];
      for (const [by, refusal] of strangers) {
        await expect(service.approve(id, { by })).rejects.toThrow(refusal);
        await expect(service.claim(id, { by })).rejects.toThrow(refusal);
        await expect(service.comment(id, 'hm', { by })).rejects.toThrow(refusal);
      }
      expect(await storage.inboxOf(runId)).toEqual([]);
      await service.approve(id, { by: { id: 'cy', roles: [], tenant } });
    });

    it('is refused by the statement itself where somebody has come to shape the run since it was read', async () => {
      const { id, runId } = await storage.open();
      const reviews = storage.reviews(clock);
      const read = await reviews.find(id);
      if (!read) throw new Error('it is there');
      await storage.shape(runId, ['ada']);
      const write = (by: string) =>
        reviews.decide(
          {
            review: read,
            decision: {
              by,
              at: new Date().toISOString(),
              choice: 'approve',
              proposedHash: read.proposedHash,
            },
            final: true,
            outcome: { choice: 'approve' },
          },
          {
            id: newId(),
            actor: { kind: 'person', id: by },
            at: new Date().toISOString(),
            body: {
              kind: 'review.decided',
              reviewId: id,
              choice: 'approve',
              proposedHash: read.proposedHash,
            },
          },
        );
      expect(await write('ada')).toBe(false);
      expect(await write('bob')).toBe(true);
    });

    it('may come from who started the run where duties are not separated', async () => {
      const decided = { status: 'decided', choice: 'approve', decidedBy: 'customer' };
      const { id } = await storage.open({ separationOfDuties: false });
      expect(await service.approve(id, { by: lead('customer') })).toMatchObject(decided);
      const unknown = await storage.open({ startedBy: null });
      expect(await service.approve(unknown.id, { by: lead('customer') })).toMatchObject(decided);
    });

    it('has to be one of the choices, an edit one that fits the form', async () => {
      const form = {
        type: 'object',
        properties: { text: { type: 'string', maxLength: 20 } },
        required: ['text'],
        additionalProperties: false,
      };
      const { id } = await storage.open({ form });
      const by = lead('ada');
      await expect(service.skip(id, { by })).rejects.toThrow(/only with approve, edit, reject, answer/);
      await expect(service.edit(id, { by, value: undefined })).rejects.toThrow(/needs a value/);
      await expect(service.edit(id, { by, value: { text: 7, cc: 'x' } })).rejects.toMatchObject({
        code: 'INPUT_VALIDATION',
        details: { issues: [{ path: '$.text' }, { path: '$.cc', message: 'is not known here' }] },
      });
      await expect(service.edit(id, { by, value: null })).rejects.toThrow(InputValidationError);
      expect((await service.edit(id, { by, value: { text: 'Dear Bob' } })).value).toEqual({
        text: 'Dear Bob',
      });
    });

    it('is bound to what was shown', async () => {
      const { id } = await storage.open();
      const { proposedHash } = await service.get(id);
      await storage.change(id, { proposedHash: 'other' });
      await expect(service.approve(id, { by: lead('ada'), proposedHash })).rejects.toThrow(
        ReviewConflictError,
      );
      await service.approve(id, { by: lead('ada'), proposedHash: 'other' });
    });

    it('comes too late once the time is over, even before the sweep has seen it', async () => {
      const { id, runId } = await storage.open({ expiresAt: inAMinute() });
      clock.shift = 61_000;
      await expect(service.approve(id, { by: lead('ada') })).rejects.toThrow(ReviewExpiredError);
      expect(await storage.inboxOf(runId)).toEqual([]);
      clock.shift = 0;
      await service.approve(id, { by: lead('ada') });
    });

    it('is refused when the run is over', async () => {
      const { id, runId } = await storage.open();
      await storage.finish(runId);
      await expect(service.approve(id, { by: lead('ada') })).rejects.toThrow(/its run is over/);
      expect(await storage.inboxOf(runId)).toEqual([]);
    });

    it('of a quorum counts different people exactly, however many come at once', async () => {
      const { id, runId } = await storage.open({ quorum: 3 });
      const results = await Promise.allSettled(
        many(24, (n) => service.approve(id, { by: lead(`lead-${n % 6}`) })),
      );
      expect(succeeded(results)).toBe(3);
      const row = await service.get(id);
      expect(new Set(row.decisions.map(({ by }) => by)).size).toBe(3);
      expect(row).toMatchObject({ status: 'decided', choice: 'approve' });
      expect(await kindsOf(runId)).toEqual(['review.commented', 'review.commented', 'review.decided']);
    });

    it('of a quorum needs people who agree, and one rejection ends it', async () => {
      const { id } = await storage.open({ quorum: 2 });
      await service.approve(id, { by: lead('ada') });
      await service.edit(id, { by: lead('bob'), value: 'x' });
      expect((await service.edit(id, { by: lead('cy'), value: 'y' })).status).toBe('open');
      const row = await service.reject(id, { by: lead('dora'), reason: 'enough' });
      expect(row).toMatchObject({ status: 'decided', choice: 'reject', reason: 'enough' });
    });

    it('of a quorum ends with an edit that others approve, who have to have seen it', async () => {
      const { id, runId, proposedHash: first } = await storage.open({ quorum: 2 });
      await service.approve(id, { by: lead('ada') });
      const edited = await service.edit(id, { by: lead('bob'), value: { text: 'better' } });
      expect(edited).toMatchObject({ status: 'open', proposed: { text: 'better' } });
      expect(edited.proposedHash).not.toBe(first);
      for (const proposedHash of [undefined, first])
        await expect(
          service.approve(id, { by: lead('cy'), ...(proposedHash === undefined ? {} : { proposedHash }) }),
        ).rejects.toThrow(ReviewConflictError);
      const { proposedHash } = edited;
      await expect(service.approve(id, { by: lead('bob'), proposedHash })).rejects.toThrow(/already decided/);
      const row = await service.approve(id, { by: lead('ada'), proposedHash, reason: 'yes' });
      const outcome = { choice: 'edit', value: { text: 'better' }, reason: 'yes' };
      expect(row).toMatchObject({
        status: 'decided',
        decidedBy: 'ada',
        ...outcome,
        decisions: [
          { by: 'ada', choice: 'approve', proposedHash: first },
          { by: 'bob', choice: 'edit', proposedHash: first },
          { by: 'ada', choice: 'approve', proposedHash },
        ],
      });
      const messages = await storage.inboxOf(runId);
      expect(messages.map(({ body }) => body)).toMatchObject([
        { text: 'approve, 1 of 2' },
        { text: 'edit, 1 of 2' },
        { kind: 'review.decided', ...outcome, proposedHash },
      ]);
    });

    it('of a quorum may approve the edit of what nobody may approve as it is', async () => {
      const { id } = await storage.open({ quorum: 2, choices: ['edit', 'reject'] });
      const { proposedHash } = await service.get(id);
      await expect(service.approve(id, { by: lead('ada'), proposedHash })).rejects.toThrow(
        /only with edit, reject/,
      );
      const edited = await service.edit(id, { by: lead('ada'), value: 'mild' });
      expect(await service.approve(id, { by: lead('bob'), proposedHash: edited.proposedHash })).toMatchObject(
        { status: 'decided', choice: 'edit', value: 'mild' },
      );
    });

    it('of a quorum ends with equal edits, and with edits of null', async () => {
      const { id } = await storage.open({ quorum: 2 });
      await service.edit(id, { by: lead('ada'), value: { text: 'x' } });
      expect(await service.edit(id, { by: lead('bob'), value: null })).toMatchObject({ proposed: null });
      expect(await service.edit(id, { by: lead('cy'), value: { text: 'x' } })).toMatchObject({
        status: 'decided',
        choice: 'edit',
        value: { text: 'x' },
      });
    });

    it('of a quorum is not edited more than three times without agreement', async () => {
      const { id } = await storage.open({ quorum: 3 });
      for (const [index, name] of ['ada', 'bob', 'cy'].entries())
        await service.edit(id, { by: lead(name), value: index });
      await expect(service.edit(id, { by: lead('dora'), value: 'x' })).rejects.toThrow(/edited 3 times/);
      const { proposedHash } = await service.get(id);
      await service.approve(id, { by: lead('ada'), proposedHash });
      expect(await service.approve(id, { by: lead('bob'), proposedHash })).toMatchObject({
        status: 'decided',
        value: 2,
      });
    });

    it('of a quorum may be changed by who has taken it: one person counts once', async () => {
      const { id } = await storage.open({ quorum: 3 });
      await service.answer(id, { by: lead('ada'), value: 1 });
      await service.answer(id, { by: lead('bob'), value: 2 });
      await service.answer(id, { by: lead('ada'), value: 2 });
      await expect(service.answer(id, { by: lead('ada'), value: 2 })).rejects.toThrow(/already decided/);
      await service.answer(id, { by: lead('bob'), value: 3 });
      await service.answer(id, { by: lead('bob'), value: 2 });
      expect((await service.get(id)).status).toBe('open');
      expect(await service.answer(id, { by: lead('cy'), value: 2 })).toMatchObject({
        status: 'decided',
        value: 2,
      });
    });

    it('comes from one person under one name, whatever form its letters have', async () => {
      const { id } = await storage.open({ startedBy: 'jos\u00e9', quorum: 2 });
      await expect(service.approve(id, { by: lead('jose\u0301') })).rejects.toThrow(/separation of duties/);
      await service.approve(id, { by: lead('zoe\u0301') });
      await expect(service.approve(id, { by: lead('zo\u00e9') })).rejects.toThrow(/already decided/);
    });

    it('never comes from somebody whose roles are not a list', async () => {
      const { id } = await storage.open();
      // as in a JWT's scope, from a host without types
      const by = { id: 'ada', roles: 'support-leadership' as never };
      for (const act of [
        () => service.approve(id, { by }),
        () => service.claim(id, { by }),
        async () => current.run(by, () => service.approve(id)),
      ])
        await expect(act()).rejects.toMatchObject({
          code: 'INPUT_VALIDATION',
          details: { issues: [{ path: '$.roles' }] },
        });
      await expect(service.list({ decidableBy: by })).rejects.toMatchObject({
        code: 'INPUT_VALIDATION',
        details: { issues: [{ path: '$.decidableBy' }] },
      });
    });

    it('and the expiry never both happen', async () => {
      const reviews = await Promise.all(many(20, () => storage.open({ expiresAt: inAMinute() })));
      clock.shift = 61_000;
      const deciding = reviews.map(({ id }) => service.approve(id, { by: lead('ada') }));
      const [, decided] = await Promise.all([service.expireDue(), Promise.allSettled(deciding)]);
      expect(succeeded(decided)).toBe(0);
      for (const { runId } of reviews) expect(await kindsOf(runId)).toEqual(['review.expired']);
    });

    it('on a review that nobody knows says so', async () => {
      await expect(service.approve(newId(), { by: lead('ada') })).rejects.toThrow(ReviewNotFoundError);
    });
  });

  describe('a claim', () => {
    it('is taken by one of many, and can be repeated by the same', async () => {
      const { id, runId } = await storage.open();
      const results = await Promise.allSettled(many(10, (n) => service.claim(id, { by: lead(`lead-${n}`) })));
      expect(succeeded(results)).toBe(1);
      const { claimedBy } = await service.get(id);
      await service.claim(id, { by: lead(claimedBy ?? '') });
      expect(await kindsOf(runId)).toEqual(['review.claimed', 'review.claimed']);
      await expect(service.claim(id, { by: lead('zoe') })).rejects.toThrow(`is claimed by ${claimedBy}`);
    });

    it('does not keep others from deciding', async () => {
      const { id } = await storage.open();
      await service.claim(id, { by: lead('ada') });
      expect((await service.approve(id, { by: lead('bob') })).status).toBe('decided');
      await expect(service.claim(id, { by: lead('ada') })).rejects.toThrow(/already decided: approve by bob/);
    });
  });

  describe('comments', () => {
    it('of many people at once are all kept', async () => {
      const { id, runId } = await storage.open();
      await Promise.all(many(10, (n) => service.comment(id, `note ${n}`, { by: lead(`lead-${n}`) })));
      expect((await service.get(id)).comments.map(({ text }) => text).toSorted()).toEqual(
        many(10, (n) => `note ${n}`),
      );
      expect(await storage.runOf(runId)).toMatchObject({ inboxPending: 10 });
    });
  });

  describe('expiry', () => {
    it('answers as onTimeout says, once', async () => {
      const rejected = await storage.open({ expiresAt: inAMinute(), onTimeout: 'reject' });
      const approved = await storage.open({ expiresAt: inAMinute(), onTimeout: 'approve' });
      const later = await storage.open({ expiresAt: new Date(Date.now() + 3_600_000) });
      expect(await service.expireDue()).toBe(0);
      clock.shift = 61_000;
      const counts = await Promise.all(many(3, () => service.expireDue()));
      expect(counts.reduce((sum, count) => sum + count)).toBe(2);
      expect(await service.get(rejected.id)).toMatchObject({ status: 'expired', choice: 'reject' });
      expect(await service.get(approved.id)).toMatchObject({ status: 'expired', choice: 'approve' });
      expect((await service.get(later.id)).status).toBe('open');
      expect(await storage.inboxOf(approved.runId)).toMatchObject([
        {
          actor: { kind: 'system' },
          body: { kind: 'review.expired', reviewId: approved.id, outcome: 'approve' },
        },
      ]);
      await expect(service.approve(rejected.id, { by: lead('ada') })).rejects.toThrow(ReviewExpiredError);
    });

    it('hands the review to the next level, without a time limit', async () => {
      const { id, runId } = await storage.open({
        expiresAt: inAMinute(),
        onTimeout: 'escalate',
        escalateTo: ['director'],
        users: ['ada'],
      });
      clock.shift = 61_000;
      await service.expireDue();
      expect(await service.expireDue()).toBe(0);
      const row = await service.get(id);
      expect(row).toMatchObject({ status: 'open', roles: ['director'], users: [], expiresAt: null });
      await expect(service.approve(id, { by: lead('ada') })).rejects.toThrow(AccessDeniedError);
      await service.approve(id, { by: { id: 'dora', roles: ['director'] } });
      expect(await kindsOf(runId)).toEqual(['review.escalated', 'review.decided']);
    });

    it('rejects where there is nobody to escalate to', async () => {
      const { id } = await storage.open({ expiresAt: inAMinute(), onTimeout: 'escalate' });
      clock.shift = 61_000;
      await service.expireDue();
      expect(await service.get(id)).toMatchObject({ status: 'expired', choice: 'reject' });
    });
  });

  describe('list', () => {
    it('pages through the open ones, oldest first, without a gap or a double', async () => {
      const made: Review[] = [];
      for (let n = 0; n < 7; n++) made.push(await storage.open({ createdAt: new Date(Math.floor(n / 3)) }));
      await service.approve(made[6]?.id ?? '', { by: lead('ada') });
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await service.list({ limit: 2, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.next;
      } while (cursor !== undefined);
      const ids = (from: number, to: number) =>
        made
          .slice(from, to)
          .map(({ id }) => id)
          .toSorted();
      expect(seen).toEqual([...ids(0, 3), ...ids(3, 6)]);
      await expect(service.list({ cursor: 'nonsense' })).rejects.toThrow(InputValidationError);
    });

    it('shows a person only what they may decide', async () => {
      const open = await storage.open({ roles: [], startedBy: null, createdAt: new Date(1) });
      const own = await storage.open({ startedBy: 'ada', createdAt: new Date(2) });
      const named = await storage.open({ roles: [], users: ['ada'], createdAt: new Date(3) });
      const other = await storage.open({ roles: ['director'], createdAt: new Date(4) });
      const foreign = await storage.open({ tenant: 'acme', createdAt: new Date(5) });
      expect(await idsFor(lead('ada', { tenant: 'globex' }))).toEqual([]);
      expect(await idsFor({ id: 'bob', roles: ['director'] })).toEqual([open.id, other.id]);
      expect(await idsFor(lead('cy'))).toEqual([open.id, own.id]);
      expect(await idsFor(lead('ada'))).toEqual([open.id, named.id]);
      expect(await idsFor(lead('ada', { tenant: 'acme' }))).toEqual([foreign.id]);
      expect(await idsFor({ id: 'eve', roles: [] })).toEqual([open.id]);
    });

    it('filters by status, run and step', async () => {
      const review = await storage.open();
      await storage.open({ step: 'send' });
      const count = async (filter: ReviewFilter) => (await service.list(filter)).items.length;
      expect(await count({})).toBe(2);
      expect(await count({ runId: review.runId })).toBe(1);
      expect(await count({ runId: newId() })).toBe(0);
      expect(await count({ step: 'send', workflow: 'support-ticket' })).toBe(1);
      await service.reject(review.id, { by: lead('ada') });
      expect(await count({ status: 'decided' })).toBe(1);
      expect(await count({ status: 'all' })).toBe(2);
    });
  });
});
