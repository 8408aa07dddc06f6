import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CurrentPrincipal, HumanReview, Input, ReviewService, Step, Workflow } from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { asker, clerk, lead, otherLead } from './people.js';
import { recordsOf } from './records.js';

@Workflow()
class RolesWorkflow {
  @Step()
  @HumanReview({ roles: ['lead'], users: ['clerk-7'] })
  async write(@Input() text: string) {
    return text;
  }
}

@Workflow()
class QuorumWorkflow {
  @Step()
  @HumanReview({ roles: ['lead'], quorum: 2 })
  async write(@Input() text: string) {
    return text;
  }
}

@Workflow()
class OwnWorkflow {
  @Step()
  @HumanReview({ separationOfDuties: false })
  async write(@Input() text: string) {
    return text;
  }
}

describe.each(stores)('who may decide (%s)', (store) => {
  let host: Host;
  let reviews: ReviewService;
  beforeAll(async () => {
    host = await openHost(store, [RolesWorkflow, QuorumWorkflow, OwnWorkflow]);
    reviews = host.t.module.get(ReviewService);
  });
  afterAll(() => host.close());

  const denied = { code: 'ACCESS_DENIED' };

  it('is anybody who has a role, or is named', async () => {
    const one = await host.t.run(RolesWorkflow, 'a', { principal: asker });
    await expect(host.t.approve(one.runId, { by: clerk })).rejects.toMatchObject(denied);
    expect(await host.t.approve(one.runId, { by: lead })).toMatchObject({ output: 'a' });
    const other = await host.t.run(RolesWorkflow, 'b', { principal: asker });
    expect(await host.t.approve(other.runId, { by: { id: 'clerk-7', roles: [] } })).toMatchObject({
      output: 'b',
    });
  });

  it('is nobody without a name', async () => {
    const { runId } = await host.t.run(RolesWorkflow, 'a', { principal: asker });
    await expect(host.t.approve(runId)).rejects.toMatchObject(denied);
  });

  it('is the caller of the request, never a name that the request brings', async () => {
    const { runId } = await host.t.run(RolesWorkflow, 'a', { principal: asker });
    const current = host.t.module.get(CurrentPrincipal);
    await expect(current.run(clerk, () => host.t.approve(runId, { by: lead }))).rejects.toMatchObject(denied);
    expect(await current.run(lead, () => host.t.approve(runId))).toMatchObject({ output: 'a' });
    expect(await recordsOf(host.t, runId, 'review.decided')).toMatchObject([
      { actor: { kind: 'person', id: 'lead' } },
    ]);
  });

  it('is not who started the run, with all the roles of the world', async () => {
    const { runId } = await host.t.run(RolesWorkflow, 'a', { principal: lead });
    await expect(host.t.approve(runId, { by: lead })).rejects.toMatchObject(denied);
    expect(await host.t.approve(runId, { by: otherLead })).toMatchObject({ output: 'a' });
  });

  it('may be who started the run where duties are not separated', async () => {
    const { runId } = await host.t.run(OwnWorkflow, 'a', { principal: asker });
    expect(await host.t.approve(runId, { by: asker })).toMatchObject({ output: 'a' });
  });

  it('takes two where the quorum is two: the run continues with the second', async () => {
    const { runId } = await host.t.run(QuorumWorkflow, 'a', { principal: asker });
    expect(await host.t.approve(runId, { by: lead, reason: 'good' })).toMatchObject({ status: 'waiting' });
    await expect(host.t.approve(runId, { by: lead })).rejects.toMatchObject({ code: 'REVIEW_CONFLICT' });
    expect(await host.t.approve(runId, { by: otherLead })).toMatchObject({ output: 'a' });
    expect(await recordsOf(host.t, runId, 'review.voted', 'review.decided')).toMatchObject([
      {
        type: 'review.voted',
        actor: { id: 'lead' },
        payload: { choice: 'approve', reason: 'good', count: 1, quorum: 2, proposedHash: expect.any(String) },
      },
      { type: 'review.decided', actor: { id: 'other-lead' } },
    ]);
  });

  it('takes one to reject, whatever the quorum', async () => {
    const { runId } = await host.t.run(QuorumWorkflow, 'a', { principal: asker });
    await host.t.approve(runId, { by: lead });
    expect(await host.t.reject(runId, { by: otherLead })).toMatchObject({ status: 'failed' });
  });

  it('can say so only once: later ones get a conflict', async () => {
    const { runId } = await host.t.run(RolesWorkflow, 'a', { principal: asker });
    const { items } = await reviews.list({ runId });
    await host.t.approve(runId, { by: lead });
    await expect(reviews.reject(items[0]?.id ?? '', { by: otherLead })).rejects.toMatchObject({
      code: 'REVIEW_CONFLICT',
    });
  });

  it('can claim and comment, which is on record', async () => {
    const { runId } = await host.t.run(RolesWorkflow, 'a', { principal: asker });
    const { items } = await reviews.list({ runId, decidableBy: lead });
    const id = items[0]?.id ?? '';
    await reviews.claim(id, { by: lead });
    await expect(reviews.claim(id, { by: otherLead })).rejects.toMatchObject({ code: 'REVIEW_CONFLICT' });
    await reviews.comment(id, 'looking', { by: lead });
    await host.t.approve(runId, { by: lead });
    expect(
      (await recordsOf(host.t, runId, 'review.claimed', 'review.commented')).map(({ type }) => type),
    ).toEqual(['review.claimed', 'review.commented']);
  });
});
