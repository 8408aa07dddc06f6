import { afterEach, describe, expect, it } from '@jest/globals';
import {
  escalate,
  Guardrail,
  HumanReview,
  Input,
  Item,
  ReviewService,
  Step,
  Tool,
  Workflow,
  type OrchestrationOptions,
  type RunResult,
} from 'nestjs-nestor';
import { Injectable } from '@nestjs/common';
import { WaitingRuns } from '../../lib/limits/index.js';
import { type Host, openHost, stores } from '../e2e/host.js';
import { lead } from '../e2e/gate/people.js';
import { recordsOf } from '../e2e/gate/records.js';

@Workflow()
class LetterWorkflow {
  @Step()
  @HumanReview()
  write(@Input() text: string) {
    return text;
  }
}

@Workflow()
class ManyWorkflow {
  @Step()
  list(@Input() count: number) {
    return Array.from({ length: count }, (_, index) => index);
  }

  @Step({ forEach: { over: 'list', concurrency: 100 } })
  @HumanReview()
  look(@Item() item: number) {
    return item;
  }
}

@Injectable()
class Desk {
  readonly done: string[] = [];

  /** A person looks at what it has given. */
  @Tool({ description: 'Files', effect: 'irreversible' })
  @HumanReview({ at: 'output' })
  async file({ text }: { text: string }) {
    this.done.push(text);
    return `filed ${text}`;
  }
}

@Workflow()
class FileWorkflow {
  constructor(private readonly desk: Desk) {}

  @Step()
  async file(@Input() text: string) {
    return this.desk.file({ text });
  }
}

@Workflow()
class GuardedWorkflow {
  @Step()
  write(@Input() text: string) {
    return text;
  }
}

@Injectable()
class Rules {
  @Guardrail({ at: 'step.output', workflows: ['guarded'] }) look() {
    return escalate('odd');
  }
}

const of = (id: string, tenant?: string) => ({
  principal: { id, roles: [], ...(tenant === undefined ? {} : { tenant }) },
});
const statuses = (results: readonly RunResult[]) => results.map(({ status }) => status);

describe.each(stores)('open reviews (%s)', (store) => {
  let host: Host | undefined;
  afterEach(() => host?.close());

  async function open(maxOpen: NonNullable<OrchestrationOptions['reviews']>['maxOpen']) {
    host = await openHost(store, [LetterWorkflow, ManyWorkflow, FileWorkflow, Desk, GuardedWorkflow, Rules], {
      reviews: { maxOpen },
    });
    const { t } = host;
    const reviews = t.module.get(ReviewService);
    const openOf = async (runId: string) => (await reviews.list({ runId, limit: 100 })).items;
    return { t, reviews, openOf };
  }

  it('of a tenant are at most as many as it may have: other runs pause, and go on one by one', async () => {
    const { t } = await open({ tenant: 2 });
    const [a, b, c, d] = await Promise.all(
      ['a', 'b', 'c', 'd'].map((text) => t.run(LetterWorkflow, text, of(`user ${text}`, 'acme'))),
    );
    if (!a || !b || !c || !d) throw new Error('four were started');
    expect(statuses([a, b, c, d]).toSorted()).toEqual(['paused', 'paused', 'waiting', 'waiting']);
    const [first, second] = [a, b, c, d].filter(({ status }) => status === 'waiting');
    const paused = [a, b, c, d].filter(({ status }) => status === 'paused').map(({ runId }) => runId);
    expect(await t.result(paused[0] ?? '')).toMatchObject({
      status: 'paused',
      waitingFor: [{ for: 'reviews', limit: 'open reviews of tenant acme', step: 'write' }],
    });
    // Others have room of their own.
    expect(await t.run(LetterWorkflow, 'x', of('x', 'globex'))).toMatchObject({ status: 'waiting' });
    expect(await t.run(LetterWorkflow, 'x', of('x'))).toMatchObject({ status: 'waiting' });
    const by = { ...lead, tenant: 'acme' };
    await t.approve(first?.runId ?? '', { by });
    await t.clock.advance('1s');
    const after = statuses(await Promise.all(paused.map((runId) => t.result(runId))));
    expect(after.toSorted()).toEqual(['paused', 'waiting']);
    await t.approve(second?.runId ?? '', { by });
    await t.clock.advance('1s');
    expect(statuses(await Promise.all(paused.map((runId) => t.result(runId))))).toEqual([
      'waiting',
      'waiting',
    ]);
    for (const runId of paused) expect(await t.approve(runId, { by })).toMatchObject({ status: 'completed' });
  });

  it('of a principal are at most as many as it may have, also by guardrails', async () => {
    const { t } = await open({ user: 1 });
    expect(await t.run(GuardedWorkflow, 'a', of('ann'))).toMatchObject({ status: 'waiting' });
    const second = await t.run(GuardedWorkflow, 'a', of('ann'));
    expect(second).toMatchObject({ status: 'paused' });
    expect(await t.run(GuardedWorkflow, 'a', of('bob'))).toMatchObject({ status: 'waiting' });
    // The same id in another tenant is another person.
    expect(await t.run(GuardedWorkflow, 'a', of('ann', 'acme'))).toMatchObject({ status: 'waiting' });
    expect(await recordsOf(t, second.runId, 'policy.denied')).toMatchObject([
      { payload: { rule: 'open reviews', reason: expect.stringContaining('1 open reviews of user ann') } },
    ]);
  });

  it('of a run are at most as many as it may have, and none is left out', async () => {
    const { t, reviews, openOf } = await open({ run: 3 });
    const { runId } = await t.run(ManyWorkflow, 10);
    let decided = 0;
    for (let round = 0; round < 20 && decided < 10; round++) {
      const found = await openOf(runId);
      expect(found.length).toBeLessThanOrEqual(3);
      expect(found.length).toBeGreaterThan(0);
      const [review] = found;
      await reviews.approve(review?.id ?? '', { by: lead });
      decided += 1;
      await t.clock.advance('1s');
    }
    expect(await t.result(runId)).toMatchObject({
      status: 'completed',
      output: Array.from({ length: 10 }, (_, index) => index),
    });
    const eased = await recordsOf(t, runId, 'limit.eased');
    expect(eased.every(({ payload }) => payload.count === 1)).toBe(true);
    // Who waits is let in one by one, and not all of them to find that there is room for one.
    expect(await recordsOf(t, runId, 'policy.denied')).toHaveLength(7);
  });

  it('are asked for all the same about what was done already, which is done once', async () => {
    const { t } = await open({ tenant: 1 });
    await t.run(LetterWorkflow, 'a', of('ann', 'acme'));
    const { runId, status } = await t.run(FileWorkflow, 'b', of('bob', 'acme'));
    expect(status).toBe('waiting');
    await t.clock.advance('1m');
    expect(await t.approve(runId, { by: { ...lead, tenant: 'acme' } })).toMatchObject({ output: 'filed b' });
    expect(t.module.get(Desk).done).toEqual(['b']);
  });

  it('of one tenant with many runs that wait do not hide those of another', async () => {
    const { t } = await open({ tenant: 1 });
    for (const tenant of ['acme', 'acme', 'acme', 'acme', 'globex', 'globex'])
      await t.run(LetterWorkflow, 'a', of('ann', tenant));
    const waiting = await t.module.get(WaitingRuns, { strict: false }).list('open reviews of ', 1);
    expect(waiting.map(({ tenant }) => tenant)).toEqual(['acme', 'globex']);
  });

  it('of a run that is cancelled make room as well', async () => {
    const { t, reviews } = await open({ tenant: 1 });
    const { runId } = await t.run(LetterWorkflow, 'a', of('ann', 'acme'));
    const paused = await t.run(LetterWorkflow, 'b', of('bob', 'acme'));
    expect(paused.status).toBe('paused');
    await t.orchestrator.handle(runId).cancel('not needed');
    expect(await t.result(runId)).toMatchObject({ status: 'cancelled' });
    await t.clock.advance('1s');
    expect(await t.result(paused.runId)).toMatchObject({ status: 'waiting' });
    expect((await reviews.list({ runId: paused.runId })).items).toHaveLength(1);
  });
});
