import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  CurrentPrincipal,
  Guardrail,
  type GuardrailSubject,
  HumanReview,
  ModelService,
  block,
  allow,
  Orchestrator,
  ReviewService,
  Tool,
  ToolService,
} from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { asker } from './people.js';
import { recordsOf, story } from './records.js';

class Query {
  readonly word!: string;
}

@Injectable()
class Shelf {
  readonly asked: string[] = [];

  @Tool({ description: 'Looks a word up', effect: 'none', access: ['customer'] })
  async lookUp({ word }: Query) {
    this.asked.push(word);
    if (word === 'broken') throw new Error('the shelf has fallen');
    return { word, page: 7 };
  }

  @Tool({ description: 'Sells a book', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async sell({ word }: Query) {
    this.asked.push(word);
    return 'sold';
  }
}

@Injectable()
class Manners {
  @Guardrail({ at: ['model.request', 'tool.call'] })
  polite({ value }: GuardrailSubject) {
    return JSON.stringify(value).includes('damn') ? block('mind your language') : allow();
  }
}

describe.each(stores)('a call outside any run (%s)', (store) => {
  let host: Host;
  let shelf: Shelf;
  beforeAll(async () => {
    host = await openHost(store, [Shelf, Manners], {
      prices: { ceiling: { inputPerMillion: 1e6, outputPerMillion: 2e6 } },
    });
    shelf = host.t.module.get(Shelf);
  });
  afterAll(() => host.close());
  beforeEach(() => {
    shelf.asked.length = 0;
  });

  const as = <T>(body: () => Promise<T>) => host.t.module.get(CurrentPrincipal).run(asker, body);
  const lastRun = async () => {
    const { items } = await host.t.module.get(Orchestrator).find({ workflow: 'ad-hoc', limit: 1 });
    const [run] = items;
    if (!run) throw new Error('there is no ad-hoc run');
    return run;
  };

  it('of ToolService is a run of its own: for the caller, guarded and on record', async () => {
    const result = await as(() => host.t.module.get(ToolService).call('lookUp', { word: 'nest' }));
    expect(result).toEqual({ word: 'nest', page: 7 });
    const run = await lastRun();
    expect(run).toMatchObject({ status: 'completed', principal: asker });
    expect(await story(host.t, run.id)).toEqual([
      'run.created',
      'call.completed lookUp',
      'step.completed call',
      'run.completed',
    ]);
    expect(await host.t.audit.verify(run.id)).toMatchObject({ problems: [] });
  });

  it('keeps the result with its step, where an auditor looks for it', async () => {
    await as(() => host.t.module.get(ToolService).call('lookUp', { word: 'egg' }));
    expect(await recordsOf(host.t, (await lastRun()).id, 'step.completed')).toMatchObject([
      { payload: { output: { word: 'egg', page: 7 } } },
    ]);
  });

  it('of ModelService is billed to a run of its own', async () => {
    host.t.models.on('hello').reply({ answer: { text: 'hi', usage: { inputTokens: 3, outputTokens: 2 } } });
    const answer = await host.t.module.get(ModelService).generate({ prompt: 'hello' });
    expect(answer).toMatchObject({ text: 'hi', cost: 7 });
    const run = await lastRun();
    expect(run).toMatchObject({
      status: 'completed',
      usage: { calls: 1, inputTokens: 3, outputTokens: 2, usd: 7 },
    });
    const [call] = await recordsOf(host.t, run.id, 'call.completed');
    expect(call).toMatchObject({ payload: { kind: 'model', usage: { usd: 7 } } });
  });

  it('is denied to nobody in particular, and that is on record', async () => {
    await expect(host.t.module.get(ToolService).call('lookUp', { word: 'nest' })).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
    });
    expect(shelf.asked).toEqual([]);
    expect(await story(host.t, (await lastRun()).id)).toEqual([
      'run.created',
      'policy.denied lookUp',
      'step.failed call',
      'run.failed',
    ]);
  });

  it('is stopped by guardrails', async () => {
    await expect(
      host.t.module.get(ModelService).generate({ prompt: 'damn the model' }),
    ).rejects.toMatchObject({ code: 'GUARDRAIL_BLOCKED' });
    expect(host.t.models.calls.filter(({ messages }) => JSON.stringify(messages).includes('damn'))).toEqual(
      [],
    );
    expect(await recordsOf(host.t, (await lastRun()).id, 'guardrail.evaluated')).toMatchObject([
      { payload: { at: 'model.request', verdict: 'block', done: 'blocked' } },
    ]);
  });

  it('throws what the tool throws', async () => {
    await expect(as(() => host.t.module.get(ToolService).call('lookUp', { word: 'broken' }))).rejects.toThrow(
      'the shelf has fallen',
    );
    expect(await lastRun()).toMatchObject({ status: 'failed' });
  });

  it('that would have to wait for a person is refused, and leaves no open review', async () => {
    await expect(host.t.module.get(ToolService).call('sell', { word: 'nest' })).rejects.toThrow(
      /has to wait.*outside any run/s,
    );
    expect(shelf.asked).toEqual([]);
    const run = await lastRun();
    expect(run).toMatchObject({ status: 'failed' });
    expect((await host.t.module.get(ReviewService).list({ runId: run.id })).items).toEqual([]);
  });
});
