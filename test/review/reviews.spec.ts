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
import {
  Fitting,
  ReviewDeadlines,
  type ReviewFilter,
  ReviewService,
  ReviewSettings,
} from '../../lib/review/index.js';
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
  let deadlines: ReviewDeadlines;
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
    const reviews = storage.reviews(clock);
    deadlines = new ReviewDeadlines(reviews, dispatcher, clock);
    service = new ReviewService(
      reviews,
      dispatcher,
      clock,
      new PayloadLimit(),
      fitting,
      openAccess({ find: async () => undefined }, current),
      // There are no runs whose records could tell of a refusal.
      { find: async () => undefined } as unknown as Journal,
      new ReviewSettings(),
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
      expect(await kindsOf(runId)).toEqual(['review.voted', 'review.voted', 'review.decided']);
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
        { kind: 'review.voted', choice: 'approve', count: 1, quorum: 2, proposedHash: first },
        { kind: 'review.voted', choice: 'edit', value: { text: 'better' }, count: 1, proposedHash: first },
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

    it('comes from two people where a name is written with capitals and without', async () => {
      const { id } = await storage.open({ startedBy: 'ana', quorum: 2 });
      await service.approve(id, { by: lead('Ana') });
      expect(await service.approve(id, { by: lead('ANA') })).toMatchObject({ status: 'decided' });
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
      const [, decided] = await Promise.all([deadlines.sweep(), Promise.allSettled(deciding)]);
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

    it('lets the others wait until it ends, which it does by itself', async () => {
      const { id, runId } = await storage.open();
      const { claimedUntil } = await service.claim(id, { by: lead('ada'), for: '5m' });
      expect(claimedUntil?.getTime()).toBeGreaterThan(Date.now() + 290_000);
      for (const decide of ['approve', 'reject'] as const)
        await expect(service[decide](id, { by: lead('bob') })).rejects.toThrow(
          /is claimed by ada until .*: wait, or ask them/,
        );
      await expect(service.claim(id, { by: lead('bob') })).rejects.toThrow(ReviewConflictError);
      await service.comment(id, 'I would say yes', { by: lead('bob') });
      expect((await service.list({ claimedBy: 'ada' })).items).toHaveLength(1);
      clock.shift = 301_000;
      expect(await service.get(id)).toMatchObject({ claimedBy: null, claimedUntil: null });
      expect((await service.list({ claimedBy: 'ada' })).items).toEqual([]);
      expect((await service.approve(id, { by: lead('bob') })).status).toBe('decided');
      await expect(service.claim(id, { by: lead('ada') })).rejects.toThrow(/already decided: approve by bob/);
      expect(await kindsOf(runId)).toEqual(['review.claimed', 'review.commented', 'review.decided']);
    });

    it('lasts a quarter of an hour where nothing else is said', async () => {
      const { id } = await storage.open();
      await service.claim(id, { by: lead('ada') });
      clock.shift = 899_000;
      await expect(service.approve(id, { by: lead('bob') })).rejects.toThrow(ReviewConflictError);
      clock.shift = 901_000;
      await service.approve(id, { by: lead('bob') });
    });

    it('lasts longer where it is claimed again', async () => {
      const { id } = await storage.open();
      await service.claim(id, { by: lead('ada'), for: '5m' });
      clock.shift = 240_000;
      await service.claim(id, { by: lead('ada'), for: '5m' });
      clock.shift = 400_000;
      await expect(service.approve(id, { by: lead('bob') })).rejects.toThrow(ReviewConflictError);
    });

    it.each(['0s', '8d', 'soon', -1] as const)('can not last %p', async (length) => {
      const { id } = await storage.open();
      const options = { by: lead('ada'), for: length as '0s' };
      await expect(service.claim(id, options)).rejects.toThrow(/at most a week/);
      expect(await service.get(id)).toMatchObject({ claimedBy: null });
    });

    it('is given back by who has it, and by nobody else', async () => {
      const { id, runId } = await storage.open();
      await expect(service.release(id, { by: lead('ada') })).rejects.toThrow(/is claimed by nobody/);
      await service.claim(id, { by: lead('ada') });
      await expect(service.release(id, { by: lead('bob') })).rejects.toThrow(/is claimed by ada/);
      expect(await service.release(id, { by: lead('ada') })).toMatchObject({
        claimedBy: null,
        claimedUntil: null,
      });
      await service.approve(id, { by: lead('bob') });
      expect(await kindsOf(runId)).toEqual(['review.claimed', 'review.released', 'review.decided']);
    });

    it('ends with the decision of who has it, where many have to agree', async () => {
      const { id } = await storage.open({ quorum: 2 });
      await service.claim(id, { by: lead('ada') });
      await service.approve(id, { by: lead('ada') });
      expect(await service.get(id)).toMatchObject({ status: 'open', claimedBy: null });
      expect(await service.approve(id, { by: lead('bob') })).toMatchObject({ status: 'decided' });
    });

    it('does not outlast the time that there is', async () => {
      const { id } = await storage.open({ expiresAt: inAMinute() });
      await service.claim(id, { by: lead('ada') });
      clock.shift = 61_000;
      await deadlines.sweep();
      expect(await service.get(id)).toMatchObject({ status: 'expired', choice: 'reject' });
    });
  });

  describe('a delegation', () => {
    it('lets a person decide who has none of the roles, and the others wait', async () => {
      const { id, runId } = await storage.open();
      const bob = { id: 'bob', roles: [] };
      await expect(service.approve(id, { by: bob })).rejects.toThrow(AccessDeniedError);
      const given = await service.delegate(id, { to: 'bob', by: lead('ada'), reason: 'knows it better' });
      expect(given).toMatchObject({ claimedBy: 'bob', users: ['bob'], roles: ['support-lead'] });
      expect(await idsFor(bob)).toEqual([id]);
      await expect(service.approve(id, { by: lead('ada') })).rejects.toThrow(/is claimed by bob/);
      await service.approve(id, { by: bob });
      expect(await storage.inboxOf(runId)).toMatchObject([
        {
          actor: { kind: 'person', id: 'ada' },
          body: { kind: 'review.delegated', to: 'bob', reason: 'knows it better' },
        },
        { actor: { kind: 'person', id: 'bob' }, body: { kind: 'review.decided' } },
      ]);
    });

    it('leaves a review that everybody may decide to everybody', async () => {
      const { id } = await storage.open({ roles: [] });
      expect(await service.delegate(id, { to: 'bob', by: lead('ada'), for: '1h' })).toMatchObject({
        users: [],
      });
      clock.shift = 3_601_000;
      await service.approve(id, { by: lead('zoe') });
    });

    it('is handed on by who has it', async () => {
      const { id } = await storage.open();
      await service.delegate(id, { to: 'bob', by: lead('ada') });
      await expect(service.delegate(id, { to: 'zoe', by: lead('ada') })).rejects.toThrow(/is claimed by bob/);
      const given = await service.delegate(id, { to: 'zoe', by: { id: 'bob', roles: [] } });
      expect(given).toMatchObject({ claimedBy: 'zoe', users: ['bob', 'zoe'] });
    });

    it('is refused to and by who has shaped the run, and by who has no say', async () => {
      const { id, runId } = await storage.open({ startedBy: 'sue' });
      await expect(service.delegate(id, { to: 'sue', by: lead('ada') })).rejects.toThrow(
        /can't be delegated to sue, who has shaped its run/,
      );
      await expect(service.delegate(id, { to: 'bob', by: lead('sue') })).rejects.toThrow(AccessDeniedError);
      await expect(service.delegate(id, { to: 'bob', by: { id: 'x', roles: [] } })).rejects.toThrow(
        AccessDeniedError,
      );
      await expect(service.delegate(id, { to: ' ', by: lead('ada') })).rejects.toThrow(InputValidationError);
      expect(await kindsOf(runId)).toEqual([]);
    });

    it('does not reach who comes to shape the run at the same time', async () => {
      const review = await storage.open();
      await storage.shape(review.runId, ['bob']);
      const write = { review, by: 'ada', holder: 'bob', duration: 60_000 };
      const message = {
        id: newId(),
        actor: { kind: 'person', id: 'ada' } as const,
        at: new Date().toISOString(),
        body: { kind: 'review.delegated', reviewId: review.id, to: 'bob', until: '' } as const,
      };
      expect(await storage.reviews(clock).claim(write, message)).toBe(false);
      expect(await kindsOf(review.runId)).toEqual([]);
    });
  });

  describe('many decisions at once', () => {
    it('are each bound to what was shown, and each tells what became of it', async () => {
      const [first, second, third] = await Promise.all(many(3, () => storage.open()));
      if (!first || !second || !third) throw new Error('three were opened');
      await storage.change(second.id, { proposedHash: 'another' });
      await service.reject(third.id, { by: lead('bob') });
      const seen = [first, second, third].map(({ id, proposedHash }) => ({ id, proposedHash }));
      const decisions = await service.decideAll('approve', seen, { by: lead('ada'), reason: 'all fine' });
      expect(decisions).toMatchObject([
        { id: first.id, ok: true, review: { status: 'decided', reason: 'all fine' } },
        { id: second.id, ok: false, error: { code: 'REVIEW_CONFLICT' } },
        { id: third.id, ok: false, error: { code: 'REVIEW_CONFLICT' } },
      ]);
      // Sent once more, as a browser does that has got no answer.
      expect(await service.decideAll('approve', seen.slice(0, 1), { by: lead('ada') })).toMatchObject([
        { ok: true },
      ]);
      expect(await kindsOf(first.runId)).toEqual(['review.decided']);
    });

    it.each<[string, unknown]>([
      ['no list', 'all'],
      ['one without a hash', [{ id: newId() }]],
      ['one that is nothing', [null]],
      ['more than 500', many(501, () => ({ id: newId(), proposedHash: 'h' }))],
    ])('are refused before the first, if they are %s', async (__, seen) => {
      const { id, proposedHash } = await storage.open();
      const all = Array.isArray(seen) ? [{ id, proposedHash }, ...(seen as [])] : seen;
      await expect(service.decideAll('approve', all as [], { by: lead('ada') })).rejects.toThrow(
        InputValidationError,
      );
      expect((await service.get(id)).status).toBe('open');
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
      expect(await deadlines.sweep()).toBe(0);
      clock.shift = 61_000;
      const counts = await Promise.all(many(3, () => deadlines.sweep()));
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

    const chain = [
      { roles: ['director'], users: [], timeout: 120_000 },
      { roles: [], users: ['eve'], timeout: 60_000 },
    ];

    it('hands the review from one stage to the next, each with its own time, and rejects it after the last', async () => {
      const { id, runId } = await storage.open({
        expiresAt: inAMinute(),
        onTimeout: 'escalate',
        escalation: chain,
        users: ['ada'],
      });
      await service.claim(id, { by: lead('ada') });
      clock.shift = 61_000;
      const counts = await Promise.all(many(3, () => deadlines.sweep()));
      expect(counts.toSorted()).toEqual([0, 0, 1]);
      const first = await service.get(id);
      expect(first).toMatchObject({ status: 'open', roles: ['director'], users: [], claimedBy: null });
      expect(first.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 170_000);
      await expect(service.approve(id, { by: lead('ada') })).rejects.toThrow(AccessDeniedError);
      clock.shift = 182_000;
      expect(await deadlines.sweep()).toBe(1);
      expect(await service.get(id)).toMatchObject({
        status: 'open',
        roles: [],
        users: ['eve'],
        escalation: [],
        onTimeout: 'reject',
      });
      clock.shift = 243_000;
      expect(await deadlines.sweep()).toBe(1);
      expect(await service.get(id)).toMatchObject({ status: 'expired', choice: 'reject' });
      expect(await storage.inboxOf(runId)).toMatchObject([
        { body: { kind: 'review.claimed' } },
        { body: { kind: 'review.escalated', to: ['director'] } },
        { body: { kind: 'review.escalated', to: [], users: ['eve'] } },
        { body: { kind: 'review.expired', outcome: 'reject' } },
      ]);
    });

    it('is decided by those that it has come to', async () => {
      const { id, runId } = await storage.open({
        expiresAt: inAMinute(),
        onTimeout: 'escalate',
        escalation: chain,
      });
      clock.shift = 61_000;
      await deadlines.sweep();
      await service.approve(id, { by: { id: 'dora', roles: ['director'] } });
      expect(await kindsOf(runId)).toEqual(['review.escalated', 'review.decided']);
    });

    it('reminds again and again, once each time, until somebody has decided', async () => {
      const { id, runId } = await storage.open({ remindEvery: 60_000, remindAt: inAMinute() });
      expect(await deadlines.sweep()).toBe(0);
      for (const minutes of [1, 2]) {
        clock.shift = minutes * 61_000;
        const counts = await Promise.all(many(3, () => deadlines.sweep()));
        expect(counts.toSorted()).toEqual([0, 0, 1]);
      }
      await service.approve(id, { by: lead('ada') });
      clock.shift = 300_000;
      expect(await deadlines.sweep()).toBe(0);
      expect(await kindsOf(runId)).toEqual(['review.reminded', 'review.reminded', 'review.decided']);
    });

    it('rejects where there is nobody to escalate to', async () => {
      const { id } = await storage.open({ expiresAt: inAMinute(), onTimeout: 'escalate' });
      clock.shift = 61_000;
      await deadlines.sweep();
      expect(await service.get(id)).toMatchObject({ status: 'expired', choice: 'reject' });
    });
  });

  describe('the figures', () => {
    const hour = 3_600_000;
    const at = (hours: number) => new Date(Date.UTC(2026, 0, 1) + hours * hour);
    const decided = (hours: number, choice: Review['choice'], more: Partial<Review> = {}) =>
      storage.open({
        status: 'decided',
        choice,
        createdAt: at(0),
        decidedAt: at(hours),
        decidedBy: 'ada',
        ...more,
      });
    const none = { open: 0, expired: 0, replaced: 0 };
    const metrics = (filter = {}) => service.metrics({ from: at(-1), ...filter });

    it('tell by rule how people decide, and how long that takes', async () => {
      await decided(1, 'approve');
      await decided(2, 'edit');
      await decided(3, 'approve');
      await decided(10, 'reject');
      await storage.open({ createdAt: at(5) });
      await storage.open({ createdAt: at(4) });
      await storage.open({ status: 'expired', choice: 'reject', createdAt: at(0), decidedAt: at(48) });
      await storage.open({ status: 'expired', choice: 'approve', createdAt: at(0), decidedAt: at(48) });
      await storage.open({ status: 'replaced', createdAt: at(0) });
      await decided(1, 'approve', { kind: 'guardrail', guardrail: 'tone' });
      await decided(1, 'approve', { kind: 'failure', step: null });
      const place = { workflow: 'support-ticket', step: 'draft', subject: null };
      const chosen = { approve: 0, edit: 0, reject: 0, answer: 0, skip: 0 };
      expect(await metrics()).toEqual([
        {
          ...place,
          kind: 'guardrail',
          guardrail: 'tone',
          ...none,
          requested: 1,
          decided: 1,
          oldestOpenAt: null,
          choices: { ...chosen, approve: 1 },
          timeToDecision: { median: hour, p95: hour },
          overturnRate: 0,
        },
        {
          ...place,
          kind: 'output',
          guardrail: null,
          requested: 9,
          open: 2,
          oldestOpenAt: at(4),
          decided: 4,
          choices: { ...chosen, approve: 2, edit: 1, reject: 1 },
          expired: 2,
          replaced: 1,
          timeToDecision: { median: 2.5 * hour, p95: expect.closeTo(8.95 * hour, 3) },
          overturnRate: 0.5,
        },
        {
          ...place,
          step: null,
          kind: 'failure',
          guardrail: null,
          ...none,
          requested: 1,
          decided: 1,
          oldestOpenAt: null,
          choices: { ...chosen, approve: 1 },
          timeToDecision: { median: hour, p95: hour },
          overturnRate: null,
        },
      ]);
    });

    it('are of the period, the workflow and the tenant that are asked for', async () => {
      await storage.open({ createdAt: at(0), tenant: 'acme' });
      await storage.open({ createdAt: at(2), workflow: 'letter' });
      const found = async (filter: object) =>
        (await metrics(filter)).map(({ workflow, requested }) => `${workflow} ${requested}`);
      expect(await found({})).toEqual(['letter 1', 'support-ticket 1']);
      expect(await found({ to: at(2) })).toEqual(['support-ticket 1']);
      expect(await found({ from: at(1) })).toEqual(['letter 1']);
      expect(await found({ workflow: 'letter' })).toEqual(['letter 1']);
      expect(await found({ tenant: 'acme' })).toEqual(['support-ticket 1']);
      expect(await found({ tenant: 'globex' })).toEqual([]);
    });

    it('are of the last 30 days where no period is named', async () => {
      await storage.open({ createdAt: new Date(Date.now() - 31 * 86_400_000) });
      expect(await service.metrics()).toEqual([]);
      await storage.open({ createdAt: new Date(Date.now() - 29 * 86_400_000) });
      expect(await service.metrics()).toMatchObject([{ requested: 1 }]);
    });

    it('are refused for what is no period', async () => {
      await expect(service.metrics({ from: 'yesterday' as never })).rejects.toThrow(InputValidationError);
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
