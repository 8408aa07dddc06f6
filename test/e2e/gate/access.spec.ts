import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  AccessPolicy,
  type AccessSubject,
  Input,
  ModelService,
  Orchestrator,
  type Principal,
  Step,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { asker, clerk, lead } from './people.js';
import { recordsOf, story } from './records.js';

class Word {
  readonly word!: string;
}

@Injectable()
class Shelf {
  readonly asked: string[] = [];

  @Tool({ description: 'Looks up', effect: 'none', access: ['clerk'] })
  async lookUp({ word }: Word) {
    this.asked.push(word);
    return `entry of ${word}`;
  }

  @Tool({ description: 'By a rule of the host', effect: 'none', access: { rule: 'office-hours' } })
  async ring({ word }: Word) {
    this.asked.push(word);
    return `ring ${word}`;
  }
}

@Workflow({ access: ['clerk', 'lead'] })
class ClosedWorkflow {
  @Step()
  act(@Input() text: string) {
    return text;
  }
}

@Workflow()
class StepWorkflow {
  constructor(private readonly shelf: Shelf) {}

  @Step({ access: ['lead'] })
  act(@Input() text: string) {
    this.shelf.asked.push(text);
    return text;
  }
}

@Workflow()
class ToolWorkflow {
  constructor(private readonly shelf: Shelf) {}

  @Step()
  act(@Input() text: string) {
    return this.shelf.lookUp({ word: text });
  }
}

@Workflow()
class ModelWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async talk(@Input() prompt: string) {
    return (await this.models.generate({ prompt, tools: [Shelf] })).text;
  }
}

@Workflow()
class RuleWorkflow {
  constructor(private readonly shelf: Shelf) {}

  @Step()
  act(@Input() text: string) {
    return this.shelf.ring({ word: text });
  }
}

const workflows = [ClosedWorkflow, StepWorkflow, ToolWorkflow, ModelWorkflow, RuleWorkflow];

describe.each(stores)('access by roles (%s)', (store) => {
  let host: Host;
  let shelf: Shelf;
  beforeAll(async () => {
    host = await openHost(store, [Shelf, ...workflows]);
    shelf = host.t.module.get(Shelf);
  });
  afterAll(() => host.close());
  beforeEach(() => {
    shelf.asked.length = 0;
    host.t.models.reset();
  });

  const denials = async (runId: string) =>
    (await recordsOf(host.t, runId, 'policy.denied')).map(({ payload }) => payload);

  it('to a workflow: refuses the start, which is on record as a failed run', async () => {
    await expect(host.t.start(ClosedWorkflow, 'a', { principal: asker })).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      message: expect.stringMatching(/closed.*clerk, lead.*asker.*customer/),
    });
    await expect(host.t.start(ClosedWorkflow, 'a')).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    const { items } = await host.t.module.get(Orchestrator).find({ workflow: 'closed' });
    expect(items).toMatchObject([{ status: 'failed' }, { status: 'failed', principal: asker }]);
    for (const { id } of items)
      expect((await story(host.t, id)).toSorted()).toEqual([
        'policy.denied closed',
        'run.created',
        'run.failed',
      ]);
    expect(await host.t.run(ClosedWorkflow, 'a', { principal: lead })).toMatchObject({ output: 'a' });
  });

  it('to a step: its method does not run, and is not tried again', async () => {
    const result = await host.t.run(StepWorkflow, 'a', { principal: clerk });
    expect(result).toMatchObject({ status: 'failed', error: { details: { code: 'ACCESS_DENIED' } } });
    expect(shelf.asked).toEqual([]);
    expect(await denials(result.runId)).toMatchObject([{ rule: 'access', kind: 'step', name: 'act' }]);
    expect(await recordsOf(host.t, result.runId, 'step.failed')).toMatchObject([
      { payload: { final: true } },
    ]);
    expect(await host.t.run(StepWorkflow, 'a', { principal: lead })).toMatchObject({ output: 'a' });
  });

  it('to a tool: the code that calls it gets the error', async () => {
    const result = await host.t.run(ToolWorkflow, 'a', { principal: asker });
    expect(result).toMatchObject({ status: 'failed', error: { details: { code: 'ACCESS_DENIED' } } });
    expect(shelf.asked).toEqual([]);
    expect(await denials(result.runId)).toMatchObject([
      { kind: 'tool', name: 'lookUp', reason: expect.stringContaining("'asker'") },
    ]);
    expect(await host.t.run(ToolWorkflow, 'a', { principal: clerk })).toMatchObject({ output: 'entry of a' });
  });

  it('to a tool: a model that chooses it gets a tool result all the same, and can go on', async () => {
    host.t.models
      .on('look')
      .replyOnce({
        toolCalls: [
          { name: 'lookUp', arguments: { word: 'a' }, id: 'one' },
          { name: 'lookUp', arguments: { word: 'b' }, id: 'two' },
        ],
      })
      .reply('I may not.');
    const result = await host.t.run(ModelWorkflow, 'look', { principal: asker });
    expect(result).toMatchObject({ status: 'completed', output: 'I may not.' });
    expect(shelf.asked).toEqual([]);
    const told = host.t.models.calls[1]?.messages.filter(({ role }) => role === 'tool');
    expect(told).toMatchObject([
      { toolCallId: 'one', isError: true, content: expect.stringContaining('clerk') },
      { toolCallId: 'two', isError: true },
    ]);
    expect(await recordsOf(host.t, result.runId, 'policy.denied')).toMatchObject([
      { actor: { kind: 'model' } },
      { actor: { kind: 'model' } },
    ]);
  });

  it('by a rule that nobody knows: denies', async () => {
    expect(await host.t.run(RuleWorkflow, 'a', { principal: lead })).toMatchObject({
      status: 'failed',
      error: { details: { code: 'ACCESS_DENIED' } },
    });
  });
});

class OfficeHours extends AccessPolicy {
  readonly asked: { principal: string | undefined; subject: AccessSubject }[] = [];
  answer: () => boolean | Promise<boolean> = () => true;

  allows(principal: Principal | undefined, _rule: unknown, subject: AccessSubject) {
    this.asked.push({ principal: principal?.id, subject });
    return this.answer();
  }
}

describe.each(stores)("access by the host's own policy (%s)", (store) => {
  let host: Host;
  const policy = new OfficeHours();
  beforeAll(async () => {
    host = await openHost(store, [Shelf, ...workflows], { access: policy });
  });
  afterAll(() => host.close());
  beforeEach(() => {
    policy.asked.length = 0;
  });

  const ring = () => host.t.run(RuleWorkflow, 'a', { principal: lead });

  it('is asked who wants what', async () => {
    policy.answer = async () => true;
    const { runId, ...result } = await ring();
    expect(result).toMatchObject({ output: 'ring a' });
    expect(policy.asked).toEqual([{ principal: 'lead', subject: { kind: 'tool', name: 'ring', runId } }]);
  });

  it('denies', async () => {
    policy.answer = () => false;
    expect(await ring()).toMatchObject({ status: 'failed', error: { details: { code: 'ACCESS_DENIED' } } });
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no connection');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no connection'))],
  ] as const)('denies where it %s', async (_, answer) => {
    policy.answer = answer;
    const result = await ring();
    expect(result).toMatchObject({ status: 'failed', error: { details: { code: 'ACCESS_DENIED' } } });
    expect(await recordsOf(host.t, result.runId, 'policy.denied')).toMatchObject([
      { payload: { reason: expect.stringContaining('threw an error') } },
    ]);
  });

  it('denies where it answers something that is neither yes nor no', async () => {
    policy.answer = () => 'yes' as unknown as boolean;
    expect(await ring()).toMatchObject({ status: 'failed' });
  });
});
