import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  BudgetService,
  HumanReview,
  InputValidationError,
  ReviewService,
  RunNotFoundError,
  ReviewNotFoundError,
  SignalPayload,
  Step,
  Workflow,
} from 'nestjs-nestor';
import { lastValueFrom } from 'rxjs';
import { lead } from './gate/people.js';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

@Workflow({ name: 'listens' })
class ListensWorkflow {
  @Step({ waitFor: 'word' }) hear(@SignalPayload() word: string): string {
    return word;
  }
}

@Workflow({ name: 'asks' })
class AsksWorkflow {
  @Step()
  @HumanReview({ roles: ['lead'] })
  write(): string {
    return 'proposal';
  }
}

const spellings: readonly (readonly [string, (id: string) => string])[] = [
  ['capitals', (id) => id.toUpperCase()],
  ['braces', (id) => `{${id}}`],
  ['urn:uuid:', (id) => `urn:uuid:${id}`],
];
const noId = ['', 'x', 'a\0b', "' OR 1=1 --", '\ud800', 'x'.repeat(100_000)];
const nobody = '0199a1b2-0000-7000-8000-000000000000';
const cursor = (text: string) => Buffer.from(text).toString('base64url');
const cursors = [
  'page 2',
  '',
  'x'.repeat(100_000),
  cursor(`2020-01-01|${nobody}|1`),
  cursor(`2020-01-01T00:00:00.000Z|not-a-uuid|1`),
  cursor(`2020-01-01T00:00:00.000Z|${nobody}|99999999999`),
  cursor(`2020-01-01T00:00:00.000Z|${nobody}|-1`),
  cursor(`2020-01-01T00:00:00.000Z|${nobody}|1|1`),
  cursor(`2020-02-31T00:00:00.000Z|${nobody}|1`),
  cursor(`0000-01-01T00:00:00.000Z|${nobody}|1`),
  cursor(`+275760-09-13T00:00:00.000Z|${nobody}|1`),
  cursor('["2020-01-01","\0"]'),
  'a\0b',
  5,
  {},
  ['x'],
];
const texts = ['a\0b', '\ud800', {}, ['x'], 5, null, true, () => 1, Symbol('s'), 'x'.repeat(100_000)];
const limits = [NaN, 'x', '5', -1, 0, 1.5, Infinity, {}, null, 5n];
const times = [new Date(NaN), '2026-01-01', 5, {}, null, new Date(8.64e15), new Date(-8.64e15)];
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

describe.each(stores)('what is read with (%s)', (store) => {
  const shared = sharedHost(store, [ListensWorkflow, AsksWorkflow]);
  let reviews: ReviewService;
  let budgets: BudgetService;
  beforeEach(() => {
    reviews = shared.t.module.get(ReviewService, { strict: false });
    budgets = shared.t.module.get(BudgetService, { strict: false });
  });

  it.each(spellings)('an id in %s is the same run, wherever it is used', async (_, spelt) => {
    const { runId } = await shared.t.run(ListensWorkflow, undefined as never);
    const other = spelt(runId);
    const handle = shared.t.orchestrator.handle(other);
    expect(handle.id).toBe(runId);
    expect(await handle.status()).toBe('waiting');
    expect((await handle.atRest()).runId).toBe(runId);
    expect(await shared.t.audit.timeline(other)).toEqual(await shared.t.audit.timeline(runId));
    expect(await shared.t.audit.verify(other)).toMatchObject({ ok: true, runs: 1, problems: [] });
    expect((await shared.t.audit.find({ runId: other })).items).toHaveLength(
      (await shared.t.audit.find({ runId })).items.length,
    );
    const lines: string[] = [];
    for await (const line of shared.t.audit.export({ runId: other })) lines.push(line);
    expect(lines).not.toEqual([]);
    expect(await budgets.balance({ runId: other })).toEqual({});
    const forked = await handle.fork({ from: 'hear' });
    expect(await forked.status()).not.toBe('failed');
    await handle.signal('word', 'heard');
    expect(await shared.t.orchestrator.handle(runId).result()).toMatchObject({ output: 'heard' });
    expect((await lastValueFrom(handle.events())).type).toBe('run.completed');
  });

  it.each(spellings)('an id in %s is the same review, wherever it is used', async (_, spelt) => {
    const { runId } = await shared.t.run(AsksWorkflow, undefined as never);
    const [review] = (await reviews.list({ runId: spelt(runId) })).items;
    const id = spelt(review!.id);
    expect((await reviews.get(id)).id).toBe(review!.id);
    await reviews.claim(id, { by: lead });
    await reviews.comment(id, 'looks fine', { by: lead });
    await reviews.approve(id, { by: lead });
    expect(await shared.t.orchestrator.handle(runId).result()).toMatchObject({ output: 'proposal' });
  });

  it('an id of nothing is not found', async () => {
    await expect(shared.t.orchestrator.handle(nobody).status()).rejects.toThrow(RunNotFoundError);
    await expect(shared.t.audit.verify(nobody.toUpperCase())).rejects.toThrow(RunNotFoundError);
    await expect(reviews.get(nobody)).rejects.toThrow(ReviewNotFoundError);
  });

  it('what is not an id is refused, by the name of what it stands for', async () => {
    for (const text of noId) {
      const handle = shared.t.orchestrator.handle(text);
      const uses = [
        () => handle.status(),
        () => handle.result(),
        () => handle.atRest(),
        () => handle.cancel('no'),
        () => handle.pause(),
        () => handle.resume(),
        () => handle.signal('word'),
        () => handle.retry(),
        () => handle.fork({ from: 'hear' }),
        () => handle.replay(),
        () => lastValueFrom(handle.events()),
        () => shared.t.audit.timeline(text),
        () => shared.t.audit.verify(text),
        () => shared.t.audit.find({ runId: text }),
        () => shared.t.audit.export({ runId: text }).next(),
        () => shared.t.orchestrator.find({ parentRunId: text }),
        () => budgets.balance({ runId: text }),
        () => budgets.raise({ runId: text }, { usd: 1 }),
        () => reviews.list({ runId: text }),
        () => reviews.get(text),
        () => reviews.claim(text, { by: lead }),
        () => reviews.comment(text, 'x', { by: lead }),
        () => reviews.approve(text, { by: lead }),
      ];
      for (const use of uses) {
        await expect(use()).rejects.toThrow(InputValidationError);
        await expect(use()).rejects.toThrow(/(runId|parentRunId|reviewId).*UUID/i);
      }
    }
  });

  const find = (filter: object) => shared.t.orchestrator.find(filter);
  const findRecords = (filter: object) => shared.t.audit.find(filter);
  const list = (filter: object) => reviews.list(filter);
  const exported = (filter: object) => shared.t.audit.export(filter).next();
  const verify = (range: object) => shared.t.audit.verify(range);

  it.each([
    ['find()', find, ['workflow', 'tag', 'principal', 'tenant', 'status', 'parentRunId'], ['from', 'to']],
    ['audit.find()', findRecords, ['step', 'actor', 'type', 'actorKind', 'runId'], ['from', 'to']],
    ['audit.export()', exported, ['step', 'actor', 'type', 'actorKind', 'runId'], ['from', 'to']],
    ['audit.verify()', verify, [], ['from', 'to']],
    [
      'reviews.list()',
      list,
      ['workflow', 'step', 'tenant', 'claimedBy', 'kind', 'status', 'runId', 'decidableBy'],
      [],
    ],
  ] as const)('%s refuses what a field does not take, and names it', async (_, read, names, dates) => {
    const wrong: (readonly [string, unknown])[] = [
      ...names.flatMap((name) => texts.map((value) => [name, value] as const)),
      ...dates.flatMap((name) => times.map((value) => [name, value] as const)),
      ...[...names, ...dates].map((name) => [name, revoked()] as const),
      ['nonsense', 1],
      ['__proto__x', 1],
    ];
    for (const [name, value] of wrong) {
      const thrown: unknown = await read({ [name]: value }).catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(InputValidationError);
      expect(thrown).toMatchObject({
        message: expect.stringContaining(name),
        details: { issues: [{ path: `$.${name}` }] },
      });
    }
    for (const filter of [null, [], 5, Symbol('s'), revoked()])
      await expect(read(filter as never)).rejects.toThrow(InputValidationError);
  });

  it.each([
    ['find()', find],
    ['audit.find()', findRecords],
    ['reviews.list()', list],
  ] as const)('%s refuses limits and cursors that are none', async (_, read) => {
    for (const limit of limits)
      await expect(read({ limit })).rejects.toThrow(/limit takes a whole number from 1/);
    for (const next of cursors) await expect(read({ cursor: next })).rejects.toThrow(InputValidationError);
    // more than the largest page is the largest page
    expect((await read({ limit: 1e300 })).next).toBeUndefined();
  });

  it('a list of statuses with an unknown one is refused', async () => {
    await expect(find({ status: ['waiting', 'gone'] })).rejects.toThrow(
      /status takes one or a list of pending/,
    );
    await expect(findRecords({ type: ['run.created', 'x'] })).rejects.toThrow(
      /type takes one or a list of run/,
    );
    await expect(list({ status: 'gone' })).rejects.toThrow(/status takes one of open/);
  });

  it('a person whose roles are text is refused as a filter', async () => {
    for (const decidableBy of [
      { id: 'x', roles: 'lead' },
      { id: 5, roles: [] },
      { id: 'x', roles: ['a\0'] },
    ])
      await expect(list({ decidableBy })).rejects.toThrow(/decidableBy takes a principal/);
  });
});
