import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type AccessRequest,
  CurrentPrincipal,
  HumanReview,
  Input,
  Orchestrator,
  type Principal,
  ReviewService,
  RoleAccessPolicy,
  Step,
  Workflow,
} from 'nestjs-nestor';
import { recordsOf } from '../e2e/gate/records.js';
import { stores } from '../e2e/host.js';
import { sharedHost } from '../e2e/shared-host.js';

const tenant = 'acme';
const person = (id: string, ...roles: string[]): Principal => ({ id, roles, tenant });
const ann = person('ann', 'lead');
const lead = (number: number) => person(`lead-${number}`, 'lead');

/** One that changes while reviews are open. */
class ChangingPolicy extends RoleAccessPolicy {
  isClosed = false;

  override allows(request: AccessRequest): boolean {
    return super.allows(request) && !(this.isClosed && request.operation === 'review.decide');
  }
}

@Workflow()
class LetterWorkflow {
  @Step() draft(@Input() text: string) {
    return text;
  }

  @Step({ after: 'draft' })
  @HumanReview({ roles: ['lead'], timeout: '1h' })
  async send(@Input() text: string) {
    return `sent: ${text}`;
  }

  @Step({ after: 'send' })
  @HumanReview({ roles: ['lead'] })
  async archive() {
    return 'archived';
  }
}

describe.each(stores)('decisions that are refused (%s)', (store) => {
  const policy = new ChangingPolicy();
  const shared = sharedHost(store, [LetterWorkflow], { principal: () => undefined, access: policy });
  let as: <T>(principal: Principal, body: () => Promise<T>) => Promise<T>;
  let orchestrator: Orchestrator;
  let reviews: ReviewService;
  beforeAll(() => {
    const current = shared.t.module.get(CurrentPrincipal, { strict: false });
    as = (principal, body) => current.run(principal, body);
    orchestrator = shared.t.orchestrator;
    reviews = shared.t.module.get(ReviewService, { strict: false });
  });
  beforeEach(() => {
    policy.isClosed = false;
  });

  async function open(): Promise<{ runId: string; id: string }> {
    const { id: runId } = await as(ann, () => orchestrator.start(LetterWorkflow, 'hello'));
    await shared.t.result(runId);
    const [review] = await shared.t.reviews(runId);
    return { runId, id: review?.id ?? '' };
  }

  /** Who was refused, and with which error. */
  async function refused(runId: string): Promise<string[]> {
    await shared.t.clock.advance('1s');
    await shared.t.result(runId);
    return (await recordsOf(shared.t, runId, 'review.refused')).map(
      ({ actor, payload }) => `${actor.id}: ${payload.choice} ${payload.code}`,
    );
  }

  it('are on record, each with its error: 49 of 50 that come at the same time', async () => {
    const { runId, id } = await open();
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, number) => as(lead(number), () => reviews.approve(id))),
    );
    const won = results.findIndex(({ status }) => status === 'fulfilled');
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const wanted = results.flatMap((_, number) =>
      number === won ? [] : [`lead-${number}: approve REVIEW_CONFLICT`],
    );
    expect((await refused(runId)).toSorted()).toEqual(wanted.toSorted());
    expect(await recordsOf(shared.t, runId, 'review.decided')).toHaveLength(1);
  });

  it('of who has started the run, or forked it', async () => {
    const { runId, id } = await open();
    await expect(as(ann, () => reviews.approve(id))).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    expect(await refused(runId)).toEqual(['ann: approve ACCESS_DENIED']);
    const forked = await as(ann, () => orchestrator.handle(runId).fork({ from: 'send' }));
    await shared.t.result(forked.id);
    const [review] = await shared.t.reviews(forked.id);
    await expect(as(ann, () => reviews.reject(review?.id ?? ''))).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
    });
    expect(await refused(forked.id)).toEqual(['ann: reject ACCESS_DENIED']);
  });

  it('of who comes too late', async () => {
    const { runId, id } = await open();
    await shared.t.clock.advance('2h');
    await expect(as(lead(1), () => reviews.approve(id))).rejects.toMatchObject({ code: 'REVIEW_EXPIRED' });
    // The time-out has rejected, and the run has ended: nothing comes after its end.
    expect(await shared.t.result(runId)).toMatchObject({ status: 'failed' });
    expect(await refused(runId)).toEqual([]);
  });

  it('of whom a policy does not allow it any more', async () => {
    const { runId, id } = await open();
    policy.isClosed = true;
    await expect(as(lead(1), () => reviews.approve(id))).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    policy.isClosed = false;
    expect(await refused(runId)).toEqual(['lead-1: approve ACCESS_DENIED']);
    expect(await as(lead(1), () => reviews.approve(id))).toMatchObject({ status: 'decided' });
  });

  it('with a forged id, or of another tenant, find nothing, and leave nothing', async () => {
    const { runId, id } = await open();
    const forged = '01890000-0000-7000-8000-000000000000';
    await expect(as(lead(1), () => reviews.approve(forged))).rejects.toMatchObject({
      code: 'REVIEW_NOT_FOUND',
    });
    const stranger = { id: 'eve', roles: ['lead'], tenant: 'globex' };
    await expect(as(stranger, () => reviews.approve(id))).rejects.toMatchObject({ code: 'REVIEW_NOT_FOUND' });
    expect(await refused(runId)).toEqual([]);
  });

  it('are not refused where the same person says the same again', async () => {
    const { runId, id } = await open();
    await as(lead(1), () => reviews.decide(id, 'approve'));
    expect(await as(lead(1), () => reviews.decide(id, 'approve'))).toMatchObject({ status: 'decided' });
    expect(await refused(runId)).toEqual([]);
  });
});
