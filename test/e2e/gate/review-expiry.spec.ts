import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  escalate,
  Guardrail,
  HumanReview,
  Input,
  ReviewService,
  Step,
  StepContext,
  StepCtx,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { clerk, lead } from './people.js';
import { recordsOf } from './records.js';

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

@Workflow()
class ChainWorkflow {
  @Step()
  @HumanReview({
    roles: ['clerk'],
    timeout: '1d',
    onTimeout: 'escalate',
    escalateTo: [
      { roles: ['lead'], users: ['zoe'], timeout: '4h' },
      { roles: ['director'], timeout: '1h' },
    ],
    remindEvery: '5h',
  })
  async write(@Input() text: string) {
    return text;
  }
}

/** Nobody has to look, unless a guardrail wants it. */
@Workflow()
class GuardedWorkflow {
  @Step()
  @HumanReview({ when: () => false, timeout: '2d', onTimeout: 'approve' })
  async write(@Input() text: string) {
    return text;
  }
}

@Injectable()
class Rules {
  @Guardrail({ at: 'step.output', workflows: ['guarded'] }) look() {
    return escalate('odd');
  }
}

class Payment {
  readonly to!: string;
}

/** What nobody has looked at for two days is not paid. */
@Injectable()
class Payments {
  readonly attempts: string[] = [];
  isConnectionLost = false;

  @Tool({ description: 'Pays', effect: 'irreversible' })
  @HumanReview({ timeout: '2d', onTimeout: 'reject' })
  async pay({ to }: Payment) {
    this.attempts.push(to);
    if (this.isConnectionLost) throw new Error('connection reset');
    return `receipt ${to}`;
  }
}

@Workflow()
class PayWorkflow {
  constructor(private readonly payments: Payments) {}

  /** Pays somebody else in its second attempt. */
  @Step({ retry: { attempts: 2, initialDelay: 1 } })
  async pay(@Input() _: string, @StepCtx() ctx: StepContext) {
    const receipt = await this.payments.pay({ to: ctx.attempt === 1 ? 'ann' : 'bob' });
    if (ctx.attempt === 1) throw new Error('not this time');
    return receipt;
  }
}

describe.each(stores)('a review that nobody decides in time (%s)', (store) => {
  let host: Host;
  let reviews: ReviewService;
  beforeAll(async () => {
    host = await openHost(store, [
      RejectWorkflow,
      ApproveWorkflow,
      ChainWorkflow,
      EscalateWorkflow,
      Payments,
      PayWorkflow,
      GuardedWorkflow,
      Rules,
    ]);
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

  describe('about a payment that perhaps has happened', () => {
    let payments: Payments;
    beforeEach(() => {
      payments = host.t.module.get(Payments);
      payments.attempts.length = 0;
      payments.isConnectionLost = false;
    });

    /** What is asked about the payment once somebody has approved it. */
    const askedAfterwards = async () => {
      const { runId } = await host.t.run(PayWorkflow, 'x');
      await host.t.approve(runId, { by: lead });
      expect(payments.attempts).toEqual(['ann']);
      const asked = await recordsOf(host.t, runId, 'review.requested');
      expect(asked.map(({ payload }) => 'expiresAt' in payload)).toEqual([true, false]);
      return { runId, kind: asked[1]?.payload.kind };
    };

    it.each(['in-doubt', 'diverged'])(
      'is never answered by time, however long it takes (%s)',
      async (kind) => {
        payments.isConnectionLost = kind === 'in-doubt';
        const asked = await askedAfterwards();
        expect(asked.kind).toBe(kind);
        await host.t.clock.advance('30d');
        expect(await host.t.result(asked.runId)).toMatchObject({ status: 'waiting' });
        expect(payments.attempts).toEqual(['ann']);
        expect(await recordsOf(host.t, asked.runId, 'review.expired')).toEqual([]);
      },
    );
  });

  it('is not approved by time where a guardrail has asked for it', async () => {
    const { runId } = await host.t.run(GuardedWorkflow, 'a');
    await host.t.clock.advance('2d');
    expect(await host.t.result(runId)).toMatchObject({
      status: 'failed',
      error: { details: { code: 'REVIEW_REJECTED' } },
    });
  });

  it('goes to others where that is what it says', async () => {
    const { runId } = await host.t.run(EscalateWorkflow, 'a');
    await expect(host.t.approve(runId, { by: lead })).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await host.t.clock.advance('2d');
    expect(await host.t.result(runId)).toMatchObject({ status: 'waiting' });
    await expect(host.t.approve(runId, { by: clerk })).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    expect(await host.t.approve(runId, { by: lead })).toMatchObject({ output: 'a' });
    expect(await recordsOf(host.t, runId, 'review.escalated', 'review.expired')).toMatchObject([
      { type: 'review.escalated', actor: { kind: 'system' }, payload: { to: ['lead'] } },
    ]);
  });

  it('goes on from one stage to the next, with reminders, and is rejected when the last has not decided', async () => {
    const { runId } = await host.t.run(ChainWorkflow, 'a');
    const standing = async () => (await reviews.list({ runId })).items[0];
    await host.t.clock.advance('5h');
    expect(await standing()).toMatchObject({ roles: ['clerk'] });
    await host.t.clock.advance('19h');
    expect(await standing()).toMatchObject({ roles: ['lead'], users: ['zoe'] });
    await host.t.clock.advance('4h');
    expect(await standing()).toMatchObject({ roles: ['director'], users: [] });
    await host.t.clock.advance('1h');
    expect(await host.t.result(runId)).toMatchObject({ status: 'failed' });
    const told = await recordsOf(host.t, runId, 'review.escalated', 'review.reminded', 'review.expired');
    expect(told.map(({ type, actor, payload }) => ({ type, actor, payload }))).toMatchObject([
      { type: 'review.reminded', actor: { kind: 'system', id: 'review-reminder' } },
      { type: 'review.escalated', payload: { to: ['lead'], users: ['zoe'] } },
      { type: 'review.escalated', payload: { to: ['director'] } },
      { type: 'review.expired', payload: { outcome: 'reject' } },
    ]);
    const timeline = await host.t.audit.timeline(runId);
    expect(timeline.map(({ what }) => what)).toContainEqual(
      expect.stringMatching(/^review escalated to lead, zoe until 2/),
    );
  });

  it('has the time of the first for those that it goes to, where nothing else is said', async () => {
    const { runId } = await host.t.run(EscalateWorkflow, 'a');
    await host.t.clock.advance('2d');
    await host.t.clock.advance('47h');
    expect(await host.t.result(runId)).toMatchObject({ status: 'waiting' });
    await host.t.clock.advance('1h');
    expect(await host.t.result(runId)).toMatchObject({ status: 'failed' });
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
