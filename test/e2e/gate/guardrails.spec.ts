import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  allow,
  block,
  escalate,
  From,
  Guardrail,
  type GuardrailSubject,
  Input,
  ModelService,
  reject,
  ReviewService,
  Step,
  Tool,
  transform,
  type Verdict,
  warn,
  Workflow,
} from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { lead, editor } from './people.js';
import { recordsOf } from './records.js';

const points = [
  'run.input',
  'run.output',
  'step.output',
  'model.request',
  'model.response',
  'tool.call',
  'tool.result',
] as const;
type Point = (typeof points)[number];

class Word {
  readonly word!: string;
}

@Injectable()
class Shelf {
  readonly asked: string[] = [];

  @Tool({ description: 'Looks up', effect: 'none', retry: { attempts: 1 } })
  async lookUp({ word }: Word) {
    this.asked.push(word);
    return `entry of ${word}`;
  }
}

/** Passes every point: input, tool by code, model that calls a tool, step output, run output. */
@Workflow()
class AllPointsWorkflow {
  constructor(
    private readonly shelf: Shelf,
    private readonly models: ModelService,
  ) {}

  @Step({ retry: { attempts: 1 } })
  async find(@Input() word: string) {
    return this.shelf.lookUp({ word });
  }

  @Step({ retry: { attempts: 1 } })
  async tell(@From('find') entry: string) {
    return (await this.models.generate({ prompt: `tell ${entry}` })).text;
  }
}

/** Says at one point what the test tells it to, and notes all that comes by. */
@Injectable()
class Judge {
  readonly seen: {
    at: Point;
    value: unknown;
    step: string | undefined;
    tool: string | undefined;
    runId: string;
  }[] = [];
  at: Point | undefined;
  verdict: (value: unknown) => Verdict | Promise<Verdict> = allow;

  @Guardrail({ at: points, name: 'judge' })
  judge({ at, value, step, tool, runId }: GuardrailSubject): Verdict | Promise<Verdict> {
    this.seen.push({ at: at as Point, value, step, tool, runId });
    if (at !== this.at || (at === 'step.output' && step !== 'find')) return allow();
    return this.verdict(value);
  }
}

/** The same value with a note in it, whatever it is. */
const noted = (value: unknown) => JSON.parse(JSON.stringify(value).replace('bee', 'wasp')) as unknown;

describe.each(stores)('guardrails (%s)', (store) => {
  let host: Host;
  let judge: Judge;
  let shelf: Shelf;
  beforeAll(async () => {
    host = await openHost(store, [Shelf, AllPointsWorkflow, Judge]);
    judge = host.t.module.get(Judge);
    shelf = host.t.module.get(Shelf);
  });
  afterAll(() => host.close());
  beforeEach(() => {
    judge.seen.length = 0;
    judge.at = undefined;
    judge.verdict = allow;
    shelf.asked.length = 0;
    host.t.models.reset();
    host.t.models.on(/tell/).reply(({ messages }) => `story: ${messages.at(-1)?.content ?? ''}`);
  });

  const evaluated = async (runId: string) =>
    (await recordsOf(host.t, runId, 'guardrail.evaluated')).map(({ payload }) => payload);
  const start = () => host.t.run(AllPointsWorkflow, 'bee');
  const runOf = async () => judge.seen[0]?.runId ?? '';

  it('see every value on its way, in the order of the run, with where it is', async () => {
    const result = await start();
    expect(result).toMatchObject({ output: 'story: tell entry of bee' });
    expect(judge.seen.map(({ at, step, tool }) => [at, step, tool].filter(Boolean).join(' '))).toEqual([
      'run.input',
      'tool.call find lookUp',
      'tool.result find lookUp',
      'step.output find',
      'model.request tell',
      'model.response tell',
      'step.output tell',
      'run.output tell',
    ]);
    expect(await evaluated(result.runId)).toEqual([]);
  });

  it.each(points)('warn at %s: the value passes, and the record says why that is doubtful', async (at) => {
    Object.assign(judge, { at, verdict: () => warn('odd') });
    const result = await start();
    expect(result).toMatchObject({ status: 'completed', output: 'story: tell entry of bee' });
    expect(await evaluated(result.runId)).toMatchObject([
      { guardrail: 'judge', at, verdict: 'warn', reason: 'odd', done: 'passed' },
    ]);
  });

  it.each(points)('transform at %s: another value passes in its place', async (at) => {
    Object.assign(judge, { at, verdict: (value: unknown) => transform(noted(value), 'bees are wasps') });
    const result = await start();
    expect(result).toMatchObject({ status: 'completed', output: 'story: tell entry of wasp' });
    expect(await evaluated(result.runId)).toMatchObject([{ at, verdict: 'transform', done: 'changed' }]);
    const records = await recordsOf(host.t, result.runId, 'call.completed');
    if (at === 'tool.call') expect(shelf.asked).toEqual(['wasp']);
    if (at === 'tool.call') expect(records[0]).toMatchObject({ payload: { arguments: { word: 'wasp' } } });
    if (at === 'model.request') expect(JSON.stringify(host.t.models.calls[0]?.messages)).toContain('wasp');
  });

  it.each(points)('block at %s: the run fails, with who and why', async (at) => {
    Object.assign(judge, { at, verdict: () => block('no bees') });
    if (at === 'run.input') {
      await expect(start()).rejects.toMatchObject({
        code: 'GUARDRAIL_BLOCKED',
        message: expect.stringContaining('no bees'),
      });
    } else {
      expect(await start()).toMatchObject({
        status: 'failed',
        error: { details: { code: 'GUARDRAIL_BLOCKED' }, message: expect.stringMatching(/judge.*no bees/) },
      });
    }
    const runId = await runOf();
    expect(await evaluated(runId)).toMatchObject([
      { at, verdict: 'block', reason: 'no bees', done: 'blocked' },
    ]);
    expect(await recordsOf(host.t, runId, 'run.failed')).toHaveLength(1);
    if (at === 'tool.call') expect(shelf.asked).toEqual([]);
    if (at === 'model.request') expect(host.t.models.calls).toEqual([]);
  });

  it('block what a model has said: it is billed all the same', async () => {
    Object.assign(judge, { at: 'model.response', verdict: () => block('no bees') });
    expect(await start()).toMatchObject({ status: 'failed', usage: { calls: 1 } });
  });

  it.each(['run.input', 'run.output', 'step.output'] as const)(
    'reject at %s, where there is no model, is a block',
    async (at) => {
      Object.assign(judge, { at, verdict: () => reject('say it otherwise') });
      await start().catch(() => undefined);
      expect(await evaluated(await runOf())).toMatchObject([{ at, verdict: 'reject', done: 'blocked' }]);
    },
  );

  const where = {
    'run.input': { status: 'waiting', step: null, proposed: 'bee' },
    'run.output': { step: 'tell', proposed: 'story: tell entry of bee' },
    'step.output': { step: 'find', proposed: 'entry of bee' },
    'model.request': { step: 'tell' },
    'model.response': { step: 'tell' },
    'tool.call': { step: 'find', proposed: { word: 'bee' } },
    'tool.result': { step: 'find', proposed: 'entry of bee' },
  } as const;

  /** A run that waits for a person because of a guardrail. */
  async function escalated(at: Point) {
    Object.assign(judge, { at, verdict: () => escalate('look at this') });
    const { runId, status } = await start();
    expect(status).toBe('waiting');
    const { items } = await host.t.module.get(ReviewService).list({ runId });
    const { status: _, ...expected } = { status: '', ...where[at] };
    expect(items).toMatchObject([{ kind: 'guardrail', ...expected, cause: 'judge: look at this' }]);
    expect(await evaluated(runId)).toMatchObject([{ at, verdict: 'escalate', done: 'escalated' }]);
    return runId;
  }

  it.each(points)('escalate at %s: approved, it passes as it is, and nothing is done twice', async (at) => {
    const runId = await escalated(at);
    const result = await host.t.approve(runId, { by: lead });
    expect(result).toMatchObject({
      status: 'completed',
      output: 'story: tell entry of bee',
      usage: { calls: 1 },
    });
    expect(shelf.asked).toEqual(['bee']);
    expect(host.t.models.calls).toHaveLength(1);
    expect(await host.t.audit.verify(runId)).toMatchObject({ problems: [] });
  });

  it.each(points)('escalate at %s: edited, the other value passes', async (at) => {
    const runId = await escalated(at);
    const { items } = await host.t.module.get(ReviewService).list({ runId });
    const result = await host.t.edit(runId, noted(items[0]?.proposed), { by: lead });
    expect(result).toMatchObject({ status: 'completed', output: 'story: tell entry of wasp' });
  });

  it.each(points)('escalate at %s: rejected, the run fails', async (at) => {
    const runId = await escalated(at);
    expect(await host.t.reject(runId, { by: lead, reason: 'no' })).toMatchObject({
      status: 'failed',
      error: { details: { code: 'REVIEW_REJECTED' } },
    });
  });

  it.each(['run.output', 'step.output', 'tool.call', 'tool.result'] as const)(
    'escalate at %s: answered, the answer stands for the result',
    async (at) => {
      const runId = await escalated(at);
      const result = await host.t.answer(runId, 'entry of wasp', { by: lead });
      expect(result).toMatchObject({
        status: 'completed',
        output: at === 'run.output' ? 'entry of wasp' : 'story: tell entry of wasp',
      });
      expect(shelf.asked).toEqual(at === 'tool.call' ? [] : ['bee']);
    },
  );

  it('approved at one point, the value still meets the guardrails after it', async () => {
    const runId = await escalated('step.output');
    judge.verdict = (value) => (value === 'entry of bee' ? block('changed our minds') : allow());
    expect(await host.t.approve(runId, { by: lead })).toMatchObject({ status: 'waiting' });
    const { items } = await host.t.module.get(ReviewService).list({ runId });
    expect(items).toMatchObject([
      { kind: 'guardrail', cause: 'judge: changed our minds', choices: ['edit', 'reject', 'answer'] },
    ]);
  });

  it('escalate at run.input: edited, the other input meets the guardrails too, and what they make of it is the input', async () => {
    const runId = await escalated('run.input');
    judge.verdict = (value) => (value === 'hornet' ? block('worse') : transform(`${String(value)}!`, 'loud'));
    expect(await host.t.edit(runId, 'hornet', { by: editor })).toMatchObject({ status: 'waiting' });
    const { items } = await host.t.module.get(ReviewService).list({ runId });
    expect(items).toMatchObject([
      {
        step: null,
        proposed: 'hornet',
        cause: 'The input of all-points was stopped by judge: worse',
        choices: ['edit', 'reject'],
      },
    ]);
    await expect(host.t.approve(runId, { by: lead })).rejects.toMatchObject({ code: 'INPUT_VALIDATION' });
    expect(await host.t.edit(runId, 'wasp', { by: lead })).toMatchObject({
      status: 'completed',
      output: 'story: tell entry of wasp!',
    });
    expect(await recordsOf(host.t, runId, 'input.accepted')).toMatchObject([{ payload: { input: 'wasp!' } }]);
    expect(await host.t.audit.verify(runId)).toMatchObject({ problems: [] });
  });
});
