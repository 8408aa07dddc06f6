import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HumanReview, Input, ReviewService, Step, Workflow } from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { clerk, lead } from './people.js';
import { recordsOf, story } from './records.js';

@Workflow()
class RejectWorkflow {
  @Step()
  @HumanReview({ timeout: '2d' })
  async write(@Input() text: string) {
    return text;
  }
}

@Workflow()
class ApproveWorkflow {
  @Step()
  @HumanReview({ timeout: '2d', onTimeout: 'approve' })
  async write(@Input() text: string) {
    return text;
  }
}

@Workflow()
class EscalateWorkflow {
  @Step()
  @HumanReview({ roles: ['clerk'], timeout: '2d', onTimeout: 'escalate', escalateTo: 'lead' })
  async write(@Input() text: string) {
    return text;
  }
}

describe.each(stores)('a review that nobody decides in time (%s)', (store) => {
  let host: Host;
  let reviews: ReviewService;
  beforeAll(async () => {
    host = await openHost(store, [RejectWorkflow, ApproveWorkflow, EscalateWorkflow]);
    reviews = host.t.module.get(ReviewService);
  });
  afterAll(() => host.close());

  it('is open until its time is over', async () => {
    const { runId } = await host.t.run(RejectWorkflow, 'a');
    await host.t.clock.advance('47h');
    expect(await host.t.result(runId)).toMatchObject({ status: 'waiting' });
    expect(await host.t.approve(runId, { by: lead })).toMatchObject({ output: 'a' });
  });

  it('is rejected', async () => {
    const { runId } = await host.t.run(RejectWorkflow, 'a');
    await host.t.clock.advance('2d');
    expect(await host.t.result(runId)).toMatchObject({
      status: 'failed',
      error: {
        details: { code: 'REVIEW_REJECTED' },
        message: expect.stringContaining('nobody decided in time'),
      },
    });
    expect(await recordsOf(host.t, runId, 'review.expired')).toMatchObject([
      { actor: { kind: 'system' }, payload: { outcome: 'reject' } },
    ]);
  });

  it('is approved where that is what it says', async () => {
    const { runId } = await host.t.run(ApproveWorkflow, 'a');
    await host.t.clock.advance('2d');
    expect(await host.t.result(runId)).toMatchObject({ status: 'completed', output: 'a' });
  });

  it('goes to others where that is what it says', async () => {
    const { runId } = await host.t.run(EscalateWorkflow, 'a');
    await expect(host.t.approve(runId, { by: lead })).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await host.t.clock.advance('2d');
    expect(await host.t.result(runId)).toMatchObject({ status: 'waiting' });
    await expect(host.t.approve(runId, { by: clerk })).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    expect(await host.t.approve(runId, { by: lead })).toMatchObject({ output: 'a' });
    expect(await story(host.t, runId)).toContain('review.expired write');
  });

  it('takes no decision after its time, also before anybody has noticed', async () => {
    const { runId } = await host.t.run(RejectWorkflow, 'a');
    const { items } = await reviews.list({ runId });
    await host.t.clock.advance('2d');
    await expect(reviews.approve(items[0]?.id ?? '', { by: lead })).rejects.toMatchObject({
      code: expect.stringMatching(/REVIEW_(EXPIRED|CONFLICT)/),
    });
    expect(await host.t.result(runId)).toMatchObject({ status: 'failed' });
  });
});
