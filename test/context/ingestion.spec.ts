import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { Input, ModelService, Step, StepContext, Workflow } from 'nestjs-nestor';
import {
  type Document,
  InjectKnowledgeBase,
  KnowledgeBase,
  KnowledgeBaseModule,
  knowledgeBaseToken,
} from 'nestjs-nestor/retrieval';
import { KnowledgeStore } from '../../lib/context/index.js';
import { recordsOf } from '../e2e/gate/records.js';
import { type Host, openHost, stores } from '../e2e/host.js';

@Workflow()
class IngestWorkflow {
  constructor(@InjectKnowledgeBase('articles') private readonly articles: KnowledgeBase) {}

  @Step({ retry: { attempts: 1 } })
  async ingest(@Input() documents: Document[]) {
    return this.articles.ingest(documents);
  }
}

@Workflow()
class VectorsWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async embed(@Input() { remember }: { remember: boolean }, ctx: StepContext) {
    const { vectors } = await this.models.embed({ model: 'any', texts: ['a', 'b'], remember });
    await ctx.once('kept', () => 1);
    return vectors.length;
  }
}

const numbered = (count: number, sections = 1): Document[] =>
  Array.from({ length: count }, (_, index) => {
    const text = Array.from({ length: sections }, (_each, section) => `# ${section}\n\nText ${index}.`);
    return { uri: `${index}.md`, text: text.join('\n\n') };
  });

describe.each(stores)('documents that are brought in with vectors (%s)', (store) => {
  let host: Host;
  let articles: KnowledgeBase;
  let asked: number;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    const imports = [KnowledgeBaseModule.forFeature('articles', { embedding: { model: 'any' } })];
    host = await openHost(store, [IngestWorkflow, VectorsWorkflow], {}, { imports });
    articles = host.t.module.get<KnowledgeBase>(knowledgeBaseToken('articles'), { strict: false });
    const embed = host.t.models.embed.bind(host.t.models);
    host.t.models.embed = (...request) => {
      asked += 1;
      return embed(...request);
    };
  });
  afterAll(() => host.close());
  beforeEach(() => {
    asked = 0;
  });
  const knowledge = () => host.t.module.get(KnowledgeStore, { strict: false });

  it('are embedded many in one request, whose texts and vectors stay off the journal', async () => {
    const { runId } = await host.t.run(IngestWorkflow, numbered(40, 2));
    expect(asked).toBe(2);
    const calls = (await recordsOf(host.t, runId, 'call.completed')).map(({ payload }) => payload);
    expect(calls.map(({ arguments: args }) => (args as { texts: unknown }).texts)).toEqual([64, 16]);
    expect(calls.every((call) => call.result === undefined && (call.usage?.inputTokens ?? 0) > 0)).toBe(true);
  });

  it('are embedded outside a run without their vectors in a journal', async () => {
    await articles.ingest([{ uri: 'outside.md', text: 'outside' }]);
    const { items } = await host.t.orchestrator.find({ workflow: 'ad-hoc' });
    const records = await Promise.all(items.map(({ id }) => host.t.audit.find({ runId: id })));
    expect(records.length).toBeGreaterThan(0);
    const journal = JSON.stringify(records);
    expect(journal).toContain('"texts":1');
    expect(journal).not.toContain('vectors');
  });

  it('are stored up to the one that can not be read', async () => {
    async function* broken() {
      yield { uri: 'before.md', text: 'before' };
      throw new Error('the line is cut');
    }
    await expect(articles.ingest(broken())).rejects.toThrow('the line is cut');
    expect(await articles.ingest([{ uri: 'before.md', text: 'before' }])).toMatchObject({ unchanged: 1 });
  });

  it('count as the later one where two have the same name', async () => {
    const report = await articles.ingest([
      { uri: 'twice.md', text: 'alpha' },
      { uri: 'twice.md', text: 'omega' },
    ]);
    expect(report).toMatchObject({ added: 1, changed: 1 });
    const found = await articles.search({ text: 'omega', limit: 1 });
    expect(found[0]).toMatchObject({ text: 'omega', source: { uri: 'twice.md' } });
  });

  it('are stored by two at once in opposite orders, each once', async () => {
    const facts = { mediaType: 'text/plain', language: 'english', trusted: false, metadata: {} };
    const nothing = { title: undefined, roles: undefined, about: undefined, ingestedBy: undefined };
    const key = { base: 'race', tenant: '', shared: false, model: undefined };
    const count = 2_000;
    for (const hash of ['a', 'b', 'c']) {
      const documents = Array.from({ length: count }, (_, index) => ({
        document: { ...facts, ...nothing, ...key, uri: `${index}`, hash: hash.repeat(64) },
        chunks: [],
      }));
      const outcomes = await Promise.all(
        [documents, documents.toReversed()].map((one) => knowledge().put(one)),
      );
      expect(outcomes.flat().filter((outcome) => outcome === 'unchanged')).toHaveLength(count);
    }
  });

  it.each([false, true])(
    'are asked for again after a crash unless they are remembered: %s',
    async (remember) => {
      const crashed = host.t.crashAt('append.before', { after: 2 });
      const handle = await host.t.start(VectorsWorkflow, { remember });
      await crashed;
      expect(asked).toBe(1);
      await host.t.recover();
      expect(await handle.result()).toMatchObject({ status: 'completed', output: 2 });
      expect(asked).toBe(remember ? 1 : 2);
    },
  );

  it('are all there, each once, however often it fails on the way', async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(12), fc.boolean()), { maxLength: 4 }), async (failures) => {
        const prefix = `round-${round++}`;
        const documents = numbered(12, 3).map(({ uri, text }) => ({
          uri: `${prefix}/${uri}`,
          text: `${text} ${prefix}`,
        }));
        const before = await articles.stats();
        const target = knowledge();
        const put = target.put.bind(target);
        for (const [place, isAfter] of failures) {
          let count = 0;
          target.put = async (...stored) => {
            const isNow = count++ === place;
            if (isNow && !isAfter) throw new Error('down');
            const outcome = await put(...stored);
            if (isNow) throw new Error('down');
            return outcome;
          };
          await articles.ingest(documents).catch(() => undefined);
        }
        target.put = put;
        await articles.ingest(documents);
        const after = await articles.stats();
        expect({
          documents: after.documents - before.documents,
          chunks: after.chunks - before.chunks,
        }).toEqual({ documents: 12, chunks: 36 });
      }),
      { numRuns: 15 },
    );
  });
});
