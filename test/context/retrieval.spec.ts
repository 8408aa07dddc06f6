import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, Logger } from '@nestjs/common';
import {
  allow,
  block,
  CurrentPrincipal,
  From,
  Guardrail,
  GuardrailSubject,
  HumanReview,
  Input,
  type Passage,
  type RetrievalContext,
  type RetrievalQuery,
  RetrievalService,
  Retriever,
  Step,
  Tool,
  transform,
  Workflow,
} from 'nestjs-nestor';
import { type Host, openHost, stores } from '../e2e/host.js';
import { recordsOf } from '../e2e/gate/records.js';

const passage = (id: string, more: Partial<Passage> = {}): Passage => ({
  id,
  text: `text of ${id}`,
  score: 1,
  source: { uri: `file:${id}` },
  metadata: {},
  ...more,
});

/** Gives what a test says. */
@Injectable()
class Library extends Retriever {
  readonly name = 'library';
  readonly asked: { query: RetrievalQuery; principal: string | undefined }[] = [];
  next: (query: RetrievalQuery) => unknown = () => [];

  async retrieve(query: RetrievalQuery, { principal }: RetrievalContext): Promise<readonly Passage[]> {
    this.asked.push({ query, principal: principal?.id });
    return this.next(query) as readonly Passage[];
  }
}

@Injectable()
class TurnedLibrary extends Retriever {
  readonly name = 'turned';

  async retrieve(): Promise<readonly Passage[]> {
    return ['a', 'b', 'c'].map((id) => passage(id));
  }

  override async rerank(_: RetrievalQuery, passages: readonly Passage[]): Promise<readonly Passage[]> {
    return passages.toReversed();
  }
}

@Injectable()
class Desk {
  @Tool({ description: 'Shows ids' })
  @HumanReview({ roles: [] })
  async show(ids: string): Promise<string> {
    return ids;
  }
}

@Workflow()
class AnswerWorkflow {
  constructor(
    private readonly retrieval: RetrievalService,
    private readonly library: Library,
    private readonly desk: Desk,
  ) {}

  @Step({ retry: { attempts: 3 } })
  async find(@Input() text: string): Promise<string[]> {
    const found = await this.retrieval.retrieve(this.library, { text, limit: 2, filter: { topic: 'a' } });
    if (text === 'reviewed') await this.desk.show(found.map(({ id }) => id).join());
    return found.map(({ id }) => id);
  }

  @Step()
  end(@From('find') ids: string[]): string {
    return ids.join();
  }
}

@Injectable()
class Rules {
  @Guardrail({ at: 'retrieval.result' })
  look({ value }: GuardrailSubject) {
    const passages = value as readonly Passage[];
    if (passages.some(({ text }) => text.includes('poison'))) return block('poison');
    const clean = passages.filter(({ text }) => !text.includes('secret'));
    return clean.length === passages.length ? allow() : transform(clean, 'secrets are left out');
  }
}

describe.each(stores)('retrieval (%s)', (store) => {
  let host: Host;
  let library: Library;
  let retrieval: RetrievalService;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    host = await openHost(store, [Library, TurnedLibrary, Desk, AnswerWorkflow, Rules]);
    library = host.t.module.get(Library);
    retrieval = host.t.module.get(RetrievalService, { strict: false });
  });
  afterAll(() => host.close());
  beforeEach(() => {
    library.asked.length = 0;
    library.next = () => [passage('a'), passage('b'), passage('c')];
  });

  it('gives at most as many passages as are wanted, and puts query and passages on record', async () => {
    const run = await host.t.run(AnswerWorkflow, 'question', { principal: { id: 'ann', roles: [] } });
    expect(run).toMatchObject({ status: 'completed', output: 'a,b' });
    const query = { text: 'question', limit: 2, filter: { topic: 'a' } };
    expect(library.asked).toEqual([{ query, principal: 'ann' }]);
    expect(await recordsOf(host.t, run.runId, 'call.completed')).toMatchObject([
      {
        payload: {
          kind: 'retrieval',
          name: 'library',
          arguments: query,
          result: [
            { id: 'a', score: 1, trust: 'untrusted', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
            { id: 'b' },
          ],
        },
      },
    ]);
  });

  it('asks once in a step: one that goes on after a wait is given the same passages', async () => {
    const answers = [[passage('first')], [passage('second')]];
    library.next = () => answers.shift();
    const { runId } = await host.t.run(AnswerWorkflow, 'reviewed');
    const run = await host.t.approve(runId, { by: { id: 'lea', roles: [] } });
    expect(run).toMatchObject({ status: 'completed', output: 'first' });
    expect(library.asked).toHaveLength(1);
  });

  it('shows passages to guardrails, which may leave some out, or block', async () => {
    library.next = () => [passage('a', { text: 'a secret' }), passage('b')];
    expect(await host.t.run(AnswerWorkflow, 'x')).toMatchObject({ output: 'b' });
    library.next = () => [passage('a', { text: 'poison' })];
    const blocked = await host.t.run(AnswerWorkflow, 'x');
    expect(blocked).toMatchObject({ status: 'failed' });
    expect(await recordsOf(host.t, blocked.runId, 'guardrail.evaluated')).toMatchObject([
      { payload: { at: 'retrieval.result', verdict: 'block', reason: 'poison' } },
    ]);
  });

  it('asks again after a failure that may pass', async () => {
    let asked = 0;
    library.next = () => {
      asked += 1;
      if (asked < 3) throw new Error('the library is closed for a moment');
      return [passage('a')];
    };
    expect(await host.t.run(AnswerWorkflow, 'x')).toMatchObject({ status: 'completed', output: 'a' });
    expect(asked).toBe(3);
  });

  it.each<[string, unknown, string]>([
    ['no list', { passages: [] }, 'it is not a list'],
    ['a passage without a text', [{ ...passage('a'), text: 1 }], '[0].text is not a text'],
    ['a passage from nowhere', [{ ...passage('a'), source: {} }], '[0].source.uri is not a text'],
    [
      'a passage without a score',
      [passage('b'), { ...passage('a'), score: '1' }],
      '[1].score is not a number',
    ],
    ['a passage that nobody knows', [{ ...passage('a'), id: '' }], '[0].id is not a text'],
  ])('refuses %s, and does not ask again', async (_, given, problem) => {
    library.next = () => given;
    const run = await host.t.run(AnswerWorkflow, 'x');
    expect(JSON.stringify(run)).toContain(problem);
    expect(library.asked).toHaveLength(1);
  });

  it('leaves out what comes twice, and what is not part of a passage', async () => {
    library.next = () => [{ ...passage('a'), extra: 1 }, passage('a'), passage('b')];
    const run = await host.t.run(AnswerWorkflow, 'x');
    expect(run).toMatchObject({ output: 'a,b' });
    const [record] = await recordsOf(host.t, run.runId, 'call.completed');
    expect(JSON.stringify(record?.payload)).not.toContain('extra');
  });

  it('lets a retriever put its passages into another order', async () => {
    const turned = host.t.module.get(TurnedLibrary);
    const found = await host.t.asSystem(() => retrieval.retrieve(turned, { text: 'x', limit: 2 }));
    expect(found.map(({ id }) => id)).toEqual(['c', 'b']);
  });

  it('works outside of runs, in the name of who asks', async () => {
    const current = host.t.module.get(CurrentPrincipal, { strict: false });
    const found = await current.run({ id: 'bob', roles: [] }, () => retrieval.retrieve(library, 'x'));
    expect(found).toHaveLength(3);
    expect(library.asked).toEqual([{ query: { text: 'x', limit: 8 }, principal: 'bob' }]);
  });

  it.each<[unknown, string]>([
    ['', 'query.text'],
    ['x'.repeat(10_001), 'query.text has 10001 characters, and may have 10000.'],
    [{}, 'query.text is missing'],
    [{ text: 'x', limit: 0 }, 'query.limit has to be a whole number from 1 to 200.'],
    [{ text: 'x', limit: 201 }, 'query.limit'],
    [{ text: 'x', filter: ['a'] }, 'query.filter has to be an object'],
    [{ text: 'x', limits: 1 }, 'query.limits is not an option. Did you mean'],
    [[], 'query'],
  ])('refuses the query %j', async (query, problem) => {
    const asked = retrieval.retrieve(library, query as string);
    await expect(asked).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
      message: expect.stringContaining(problem),
    });
  });
});
