import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { IsInt, IsString, Max } from 'class-validator';
import {
  allow,
  block,
  Feedback,
  From,
  Guardrail,
  type GuardrailSubject,
  HumanReview,
  Input,
  Item,
  ReviewService,
  Step,
  Workflow,
} from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { asker, lead, editor } from './people.js';
import { recordsOf, story } from './records.js';

class Draft {
  @IsString() text!: string;
  @IsInt() @Max(10) tone!: number;
}

@Injectable()
class World {
  readonly effects: string[] = [];
  failures = 0;
}

@Workflow()
class DraftWorkflow {
  constructor(private readonly world: World) {}

  @Step({ output: Draft, retry: { initialDelay: 1 } })
  @HumanReview({
    roles: ['lead'],
    form: Draft,
    title: 'Is it polite?',
    instructions: 'Read it twice.',
    when: ({ output, input }) => {
      if (input === 'odd') throw new Error('cannot judge');
      return output.tone < 5;
    },
  })
  async draft(@Input() text: string): Promise<Draft> {
    this.world.effects.push(`draft ${text}`);
    return { text, tone: text === 'fine' ? 9 : 1 };
  }

  @Step()
  send(@From('draft') draft: Draft) {
    return `sent ${draft.text} (${draft.tone}${draft instanceof Draft ? '' : ', plain'})`;
  }
}

@Workflow()
class BeforeWorkflow {
  constructor(private readonly world: World) {}

  @Step({ retry: { initialDelay: 1 } })
  @HumanReview({ at: 'before', roles: ['lead'] })
  async pay(@Input() amount: number) {
    this.world.effects.push(`pay ${amount}`);
    if (this.world.failures-- > 0) throw new Error('not this time');
    return amount;
  }
}

@Workflow()
class SkipWorkflow {
  @Step()
  @HumanReview({ onReject: 'skip' })
  optional(@Input() text: string) {
    return text;
  }

  @Step({ after: 'optional', join: 'any' })
  last(@Input() text: string, @From('optional') optional: string | undefined) {
    return optional ?? `without ${text}`;
  }
}

@Workflow({ result: 'publish' })
class RoundsWorkflow {
  @Step()
  research(@Input() topic: string) {
    return topic;
  }

  @Step()
  async write(@From('research') topic: string, @Feedback() feedback?: string) {
    return feedback === undefined ? topic : `${topic}, ${feedback}`;
  }

  @Step()
  @HumanReview({ onReject: { repeat: 'write', max: 2 } })
  async check(@From('write') text: string) {
    return text;
  }

  @Step()
  publish(@From('check') text: string) {
    return text;
  }
}

@Workflow()
class EachWorkflow {
  constructor(private readonly world: World) {}

  @Step({ forEach: ({ input }) => input as number[] })
  @HumanReview({ when: ({ output }) => (output as number) > 10 })
  async double(@Item() _: number, @Input() all: number[]) {
    this.world.effects.push('double');
    return all.length * 10;
  }
}

/** Nobody may promise anything, a reviewer neither. */
@Injectable()
class Promises {
  @Guardrail({ at: 'step.output', steps: ['draft'] })
  none({ value }: GuardrailSubject<Draft>) {
    return value.text.includes('promise') ? block('we promise nothing') : allow();
  }
}

describe.each(stores)('@HumanReview on a step (%s)', (store) => {
  let host: Host;
  let world: World;
  beforeAll(async () => {
    host = await openHost(store, [
      World,
      DraftWorkflow,
      BeforeWorkflow,
      SkipWorkflow,
      RoundsWorkflow,
      EachWorkflow,
      Promises,
    ]);
    world = host.t.module.get(World);
  });
  afterAll(() => host.close());
  beforeEach(() => {
    world.effects.length = 0;
    world.failures = 0;
  });

  const reviewOf = async (runId: string) => {
    const { items } = await host.t.module.get(ReviewService).list({ runId });
    if (!items[0]) throw new Error('there is no open review');
    return items[0];
  };
  const proposed = async (text = 'rude') =>
    (await host.t.run(DraftWorkflow, text, { principal: asker })).runId;

  it('asks nobody where `when` says no', async () => {
    expect(await host.t.run(DraftWorkflow, 'fine')).toMatchObject({ output: 'sent fine (9)' });
  });

  it('shows what is proposed, why, to whom and with which form', async () => {
    const runId = await proposed();
    expect(await reviewOf(runId)).toMatchObject({
      kind: 'output',
      step: 'draft',
      workflow: 'draft',
      proposed: { text: 'rude', tone: 1 },
      title: 'Is it polite?',
      instructions: 'Read it twice.',
      roles: ['lead'],
      startedBy: 'asker',
      choices: ['approve', 'edit', 'reject', 'answer'],
      form: expect.objectContaining({ type: 'object' }),
    });
    expect(await story(host.t, runId)).toEqual([
      'run.created',
      'review.requested draft',
      'step.waiting draft',
      'run.waiting',
    ]);
  });

  it('asks where `when` throws: what can not be judged is put before a person', async () => {
    const { runId, status } = await host.t.run(DraftWorkflow, 'odd');
    expect(status).toBe('waiting');
    expect(await recordsOf(host.t, runId, 'review.requested')).toMatchObject([
      { payload: { reason: expect.stringContaining('cannot judge') } },
    ]);
  });

  it('approved: goes on with exactly what was shown, and does not run the step again', async () => {
    const runId = await proposed();
    expect(await host.t.approve(runId, { by: lead, reason: 'fine with me' })).toMatchObject({
      output: 'sent rude (1)',
    });
    expect(world.effects).toEqual(['draft rude']);
    const [decided] = await recordsOf(host.t, runId, 'review.decided');
    expect(decided).toMatchObject({
      actor: { kind: 'person', id: 'lead' },
      payload: { choice: 'approve', reason: 'fine with me' },
    });
    expect(await recordsOf(host.t, runId, 'step.completed')).toMatchObject([
      { step: 'draft', payload: { via: 'review', reviewId: decided?.payload.reviewId } },
      { step: 'send' },
    ]);
  });

  it('edited: goes on with what the reviewer wrote', async () => {
    const runId = await proposed();
    expect(await host.t.edit(runId, { text: 'polite', tone: 8 }, { by: lead })).toMatchObject({
      output: 'sent polite (8)',
    });
    expect(world.effects).toEqual(['draft rude']);
  });

  it('edited with something that does not fit the form: is refused, and stays open', async () => {
    const runId = await proposed();
    await expect(host.t.edit(runId, { text: 'polite', tone: 'very' }, { by: lead })).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
    });
    await expect(host.t.edit(runId, { text: 'polite', tone: 11 }, { by: lead })).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
    });
    expect(await reviewOf(runId)).toMatchObject({ status: 'open' });
  });

  it('edited into something that a guardrail blocks: a new review, with the reason, that can not be waved through', async () => {
    const runId = await proposed();
    const first = await reviewOf(runId);
    expect(await host.t.edit(runId, { text: 'we promise', tone: 8 }, { by: editor })).toMatchObject({
      status: 'waiting',
    });
    const second = await reviewOf(runId);
    expect(second.id).not.toBe(first.id);
    expect(second).toMatchObject({
      kind: 'guardrail',
      proposed: { text: 'we promise', tone: 8 },
      cause: expect.stringContaining('we promise nothing'),
      choices: ['edit', 'reject', 'answer'],
      roles: ['lead'],
    });
    await expect(host.t.approve(runId, { by: lead })).rejects.toMatchObject({ code: 'INPUT_VALIDATION' });
    expect(await host.t.edit(runId, { text: 'we try', tone: 8 }, { by: lead })).toMatchObject({
      output: 'sent we try (8)',
    });
    expect(world.effects).toEqual(['draft rude']);
  });

  it('answered: the answer has to fit `output` and passes guardrails like any other', async () => {
    const runId = await proposed();
    expect(await host.t.answer(runId, { text: 'we promise', tone: 8 }, { by: editor })).toMatchObject({
      status: 'waiting',
    });
    expect(await host.t.answer(runId, { text: 'mine', tone: 7 }, { by: lead })).toMatchObject({
      output: 'sent mine (7)',
    });
  });

  it('rejected: the run fails, with who and why', async () => {
    const runId = await proposed();
    const result = await host.t.reject(runId, { by: lead, reason: 'too rude' });
    expect(result).toMatchObject({ status: 'failed', error: { details: { code: 'REVIEW_REJECTED' } } });
    expect(String((result as { error: Error }).error.message)).toMatch(/draft.*rejected by lead: too rude/);
    expect(world.effects).toEqual(['draft rude']);
  });

  it("rejected with onReject: 'skip': the run continues without the step", async () => {
    const { runId } = await host.t.run(SkipWorkflow, 'it');
    const result = await host.t.reject(runId, { by: lead });
    expect(await recordsOf(host.t, runId, 'step.skipped')).toMatchObject([
      { step: 'optional', payload: { reason: 'rejected' } },
      { step: 'last', payload: { reason: 'dependencies' } },
    ]);
    expect(result).toMatchObject({ status: 'completed' });
  });

  it('rejected with a repeat: the work goes round again with the feedback, up to max', async () => {
    const { runId } = await host.t.run(RoundsWorkflow, 'bees');
    expect(await reviewOf(runId)).toMatchObject({ proposed: 'bees', iteration: 0 });
    await host.t.reject(runId, { by: lead, reason: 'shorter' });
    expect(await reviewOf(runId)).toMatchObject({ proposed: 'bees, shorter', iteration: 1 });
    await host.t.reject(runId, { by: lead, reason: 'louder' });
    expect(await reviewOf(runId)).toMatchObject({ proposed: 'bees, louder', iteration: 2 });
    expect(
      (await recordsOf(host.t, runId, 'step.completed')).filter(({ step }) => step === 'research'),
    ).toHaveLength(1);
    expect(await host.t.reject(runId, { by: lead, reason: 'enough' })).toMatchObject({
      status: 'failed',
      error: { details: { code: 'REVIEW_REJECTED' } },
    });
  });

  it('rejected once and approved then: the second version is published', async () => {
    const { runId } = await host.t.run(RoundsWorkflow, 'bees');
    await host.t.reject(runId, { by: lead, reason: 'shorter' });
    expect(await host.t.approve(runId, { by: lead })).toMatchObject({ output: 'bees, shorter' });
  });

  it('before: the step does not begin until somebody lets it', async () => {
    const { runId } = await host.t.run(BeforeWorkflow, 5);
    expect(world.effects).toEqual([]);
    expect(await reviewOf(runId)).toMatchObject({
      kind: 'before',
      proposed: 5,
      choices: ['approve', 'reject', 'answer'],
    });
    expect(await host.t.approve(runId, { by: lead })).toMatchObject({ output: 5 });
    const [completed] = await recordsOf(host.t, runId, 'step.completed');
    expect(completed?.payload).not.toHaveProperty('via');
  });

  it('before: one approval holds for all attempts of the step', async () => {
    world.failures = 2;
    const { runId } = await host.t.run(BeforeWorkflow, 5);
    expect(await host.t.approve(runId, { by: lead })).toMatchObject({ output: 5 });
    expect(world.effects).toEqual(['pay 5', 'pay 5', 'pay 5']);
    expect(await recordsOf(host.t, runId, 'review.requested')).toHaveLength(1);
  });

  it('before: answered instead, the method never runs', async () => {
    const { runId } = await host.t.run(BeforeWorkflow, 5);
    expect(await host.t.answer(runId, 4, { by: lead })).toMatchObject({ output: 4 });
    expect(world.effects).toEqual([]);
    expect(await recordsOf(host.t, runId, 'step.completed')).toMatchObject([{ payload: { via: 'review' } }]);
  });

  it('before: rejected, the method never runs', async () => {
    const { runId } = await host.t.run(BeforeWorkflow, 5);
    expect(await host.t.reject(runId, { by: lead })).toMatchObject({ status: 'failed' });
    expect(world.effects).toEqual([]);
  });

  it('of items: each item that needs a person gets one, and the order stays', async () => {
    const { runId, status } = await host.t.run(EachWorkflow, [1, 2]);
    expect(status).toBe('waiting');
    const { items } = await host.t.module.get(ReviewService).list({ runId });
    expect(items.map(({ item }) => item).toSorted()).toEqual([0, 1]);
    const second = items.find(({ item }) => item === 1);
    await host.t.edit(second?.id ?? '', 22, { by: editor });
    expect(await host.t.approve(runId, { by: lead })).toMatchObject({
      status: 'completed',
      output: [20, 22],
    });
    expect(world.effects).toEqual(['double', 'double']);
  });
});
