import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  CurrentPrincipal,
  HumanReview,
  Input,
  Orchestrator,
  type Principal,
  ReviewService,
  SignalPayload,
  Step,
  Workflow,
} from 'nestjs-nestor';
import { stores } from '../e2e/host.js';
import { recordsOf } from '../e2e/gate/records.js';
import { sharedHost } from '../e2e/shared-host.js';

const tenant = 'acme';
const person = (id: string, ...roles: string[]): Principal => ({ id, roles, tenant });
const ann = person('ann', 'author');
const boss = person('boss', 'author', 'lead', 'admin');
const lead = person('lead', 'lead');
const denied = { code: 'ACCESS_DENIED' };

let hasFailed = false;

@Workflow({ access: ['author'] })
class LetterWorkflow {
  @Step({ retry: { attempts: 1 } }) async draft(@Input() text: string) {
    if (text === 'unlucky' && !hasFailed) {
      hasFailed = true;
      throw new Error('bad luck');
    }
    return text;
  }

  @Step({ waitFor: 'go', after: 'draft' }) go(@SignalPayload() payload: string) {
    return payload;
  }

  @Step({ after: 'go' }) @HumanReview({ roles: ['lead'] }) async first() {
    return 'first';
  }

  @Step({ after: 'first' }) @HumanReview({ roles: ['lead'] }) async second() {
    return 'second';
  }
}

describe.each(stores)('who has shaped a run (%s)', (store) => {
  const shared = sharedHost(store, [LetterWorkflow], { principal: () => undefined });
  let as: <T>(principal: Principal | undefined, body: () => Promise<T>) => Promise<T>;
  let orchestrator: Orchestrator;
  let reviews: ReviewService;
  beforeAll(() => {
    hasFailed = false;
    const current = shared.t.module.get(CurrentPrincipal, { strict: false });
    as = (principal, body) => current.run(principal, body);
    orchestrator = shared.t.orchestrator;
    reviews = shared.t.module.get(ReviewService, { strict: false });
  });

  const started = async (by: Principal, text = 'hello') => {
    const handle = await as(by, () => orchestrator.start(LetterWorkflow, text));
    await shared.t.result(handle.id);
    return handle;
  };
  const open = async (runId: string) => {
    await shared.t.result(runId);
    const [review] = await shared.t.reviews(runId);
    if (!review) throw new Error('nobody is asked');
    return review;
  };
  const approve = (by: Principal, id: string) => as(by, () => reviews.approve(id));

  it('by starting it does not decide its reviews', async () => {
    const run = await started(boss);
    await as(boss, () => run.signal('go', 'x'));
    const { id } = await open(run.id);
    await expect(approve(boss, id)).rejects.toMatchObject(denied);
    expect(await approve(lead, id)).toMatchObject({ status: 'decided' });
  });

  it('by a signal does not', async () => {
    const run = await started(person('boss-2', 'author'));
    const sender = person('boss-2', 'lead');
    await as(sender, () => run.signal('go', 'mine'));
    const { id, shapedBy } = await open(run.id);
    expect(shapedBy).toEqual(['boss-2']);
    await expect(approve(sender, id)).rejects.toThrow(/started the run/);
  });

  it('by an edit of an earlier review does not decide a later one', async () => {
    const run = await started(ann);
    await as(ann, () => run.signal('go', 'x'));
    const first = await open(run.id);
    await as(lead, () => reviews.edit(first.id, { value: 'edited' }));
    const second = await open(run.id);
    expect([...second.shapedBy].toSorted()).toEqual(['ann', 'lead']);
    await expect(approve(lead, second.id)).rejects.toThrow(/shaped the run/);
    expect(await approve(boss, second.id)).toMatchObject({ status: 'decided' });
  });

  it('by a retry, or by a fork, does not; a fork inherits who has shaped its source', async () => {
    const run = await started(boss, 'unlucky');
    expect(await shared.t.result(run.id)).toMatchObject({ status: 'failed' });
    await expect(as(ann, () => run.retry())).rejects.toMatchObject(denied);
    await as(boss, () => run.retry());
    await as(boss, () => run.signal('go', 'x'));
    const { id } = await open(run.id);
    await approve(lead, id);
    const fork = await as(boss, () => run.fork({ from: 'first' }));
    const { id: again, shapedBy, tenant: of } = await open(fork.id);
    expect([shapedBy, of]).toEqual([['boss'], tenant]);
    await expect(approve(boss, again)).rejects.toMatchObject(denied);
  });

  it('may not fork what it may not start, and a fork runs as who has forked it', async () => {
    const run = await started(ann);
    const mallory: Principal = { id: 'mallory', roles: ['lead'], tenant: 'Z' };
    await expect(as(mallory, () => run.fork({ from: 'go', edits: { input: 'mine' } }))).rejects.toMatchObject(
      { code: 'RUN_NOT_FOUND' },
    );
    await expect(as(person('ann'), () => run.fork({ from: 'go' }))).rejects.toMatchObject(denied);
    const fork = await as(ann, () => run.fork({ from: 'go' }));
    expect(await recordsOf(shared.t, fork.id, 'run.created', 'run.forked')).toMatchObject([
      { actor: { kind: 'person', id: 'ann' }, payload: { principal: ann, shapedBy: ['ann'] } },
      { actor: { kind: 'person', id: 'ann' } },
    ]);
  });

  it('may not put an output into a fork that people would have decided about', async () => {
    const run = await started(ann);
    await as(ann, () => run.signal('go', 'x'));
    await approve(lead, (await open(run.id)).id);
    await shared.t.result(run.id);
    const edits = { outputs: { first: 'FORBIDDEN' } };
    await expect(as(ann, () => run.fork({ from: 'second', edits }))).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
      message: expect.stringContaining("Fork from 'first'"),
    });
  });

  it('is looked at by the deciding statement itself: whoever comes to shape it meanwhile is refused', async () => {
    const run = await started(ann);
    await as(ann, () => run.signal('go', 'x'));
    const { id } = await open(run.id);
    const racing = Array.from({ length: 20 }, (_, index) => person(`lead-${index}`, 'lead'));
    const outcomes = await Promise.allSettled([
      ...racing.map((by) => approve(by, id)),
      ...racing.map((by) => as(by, () => reviews.reject(id, { reason: 'no' }))),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refusals = outcomes.flatMap((one) =>
      one.status === 'rejected' ? [(one.reason as { code: string }).code] : [],
    );
    expect(new Set(refusals)).toEqual(new Set(['REVIEW_CONFLICT']));
    await shared.t.result(run.id);
    expect(await recordsOf(shared.t, run.id, 'review.decided')).toHaveLength(1);
  });
});

/** Its code looks at another run. */
@Workflow()
class LookingWorkflow {
  constructor(private readonly orchestrator: Orchestrator) {}

  @Step({ retry: { attempts: 1 } })
  look(@Input() runId: string) {
    return this.orchestrator.handle(runId).status();
  }
}

describe.each(stores)('in whose name a run is (%s)', (store) => {
  const shared = sharedHost(store, [LetterWorkflow, LookingWorkflow], { principal: () => undefined });
  const current = () => shared.t.module.get(CurrentPrincipal, { strict: false });

  it('is nobody’s where nobody is known', async () => {
    for (const start of [
      () => shared.t.orchestrator.start(LetterWorkflow, 'x'),
      () => current().run(undefined, () => shared.t.orchestrator.start(LetterWorkflow, 'x')),
      () =>
        current().run(undefined, () => shared.t.orchestrator.start(LetterWorkflow, 'x', { principal: ann })),
      () => current().run(lead, () => shared.t.orchestrator.start(LetterWorkflow, 'x', { principal: ann })),
    ])
      await expect(start()).rejects.toMatchObject(denied);
  });

  it('is theirs whom the host’s own code names, and its record says who that was', async () => {
    const system = { name: 'import', reason: 'old orders', tenant };
    const handle = await current().asSystem(system, () =>
      shared.t.orchestrator.start(LetterWorkflow, 'x', { principal: ann }),
    );
    expect(await recordsOf(shared.t, handle.id, 'run.created')).toMatchObject([
      { actor: { kind: 'system', id: 'import: old orders' }, payload: { principal: ann, system } },
    ]);
    const foreign = { ...ann, tenant: 'globex' };
    await expect(
      current().asSystem(system, async () =>
        shared.t.orchestrator.start(LetterWorkflow, 'x', { principal: foreign }),
      ),
    ).rejects.toMatchObject(denied);
    expect(() => current().asSystem({ name: '', reason: 'x' }, () => 1)).toThrow(/not empty/);
  });

  it('has that person’s rights, also where the host’s own code has started it', async () => {
    const other = { ...ann, tenant: 'globex' };
    const { id } = await current().run(other, () => shared.t.orchestrator.start(LetterWorkflow, 'x'));
    const system = { name: 'import', reason: 'old orders' };
    const look = (principal?: Principal) =>
      current().asSystem(system, () =>
        shared.t.orchestrator.run(LookingWorkflow, id, principal ? { principal } : {}),
      );
    const refused = await look(ann);
    expect(refused).toMatchObject({ status: 'failed' });
    expect(JSON.stringify(refused)).toContain('There is no run');
    expect(await look(other)).toMatchObject({ status: 'completed' });
    // In nobody's name it acts as who has started it.
    expect(await look()).toMatchObject({ status: 'completed' });
  });

  it('cannot be forged by what start options hold', async () => {
    const forged = { system: { name: 'root', reason: 'x' }, startedBy: 'lead', shapedBy: [] } as object;
    const handle = await current().run(ann, () =>
      shared.t.orchestrator.start(LetterWorkflow, 'x', { ...forged, tags: ['a'] }),
    );
    const [created] = await recordsOf(shared.t, handle.id, 'run.created');
    expect(created).toMatchObject({ actor: { kind: 'person', id: 'ann' } });
    expect(Object.keys(created?.payload ?? {})).not.toEqual(expect.arrayContaining(['system']));
  });
});

describe('a module without a principal option', () => {
  const shared = sharedHost('memory', [LetterWorkflow]);

  it('lets its own code do everything, in the name of whom it names', async () => {
    const handle = await shared.t.orchestrator.start(LetterWorkflow, 'x', { principal: ann });
    await shared.t.orchestrator.handle(handle.id).signal('go', 'x');
    const { id } = (await shared.t.reviews(handle.id).then(async () => {
      await shared.t.result(handle.id);
      return (await shared.t.reviews(handle.id))[0];
    })) ?? { id: '' };
    const reviews = shared.t.module.get(ReviewService, { strict: false });
    await expect(reviews.approve(id)).rejects.toMatchObject(denied);
    await expect(reviews.approve(id, { by: ann })).rejects.toMatchObject(denied);
    expect(await reviews.approve(id, { by: lead })).toMatchObject({ status: 'decided' });
  });
});
