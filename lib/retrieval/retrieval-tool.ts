import { IsNotEmpty, IsString } from 'class-validator';
import { defaultOnInDoubt, retryPolicy } from '../decorators/index.js';
import { GivenTools } from '../tools/index.js';
import type { KnowledgeBase } from './knowledge-base.js';

/** What a model looks for. */
class KnowledgeQuestion {
  @IsString()
  @IsNotEmpty()
  question!: string;
}

export interface RetrievalToolOptions {
  /** What models call it. @default `search_articles`, by the name of the base */
  readonly name?: string | undefined;
  /** What the model is told of it. @default that it searches, and what comes back */
  readonly description?: string | undefined;
  /** Most passages. @default 5 */
  readonly limit?: number | undefined;
  /** What the metadata of a passage has to have. @default anything */
  readonly filter?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/**
 * A tool by which a model searches a knowledge base, with the rights of the run's principal.
 * @example
 * const { text } = await this.models.generate({ prompt, tools: [retrievalTool(this.articles)] });
 */
export function retrievalTool(base: KnowledgeBase, options: RetrievalToolOptions = {}): GivenTools {
  const { name = `search_${base.name.replaceAll('-', '_')}`, limit = 5, filter } = options;
  const effect = 'none';
  return new GivenTools([
    {
      origin: 'nestjs-nestor',
      provider: GivenTools,
      definition: {
        name,
        description:
          options.description ??
          `Searches '${base.name}' and gives back the passages that fit best, with their sources. Ask in whole sentences.`,
        input: KnowledgeQuestion,
        effect,
        onInDoubt: defaultOnInDoubt(effect),
        repeatable: true,
        retry: retryPolicy(1),
        // The retrieval has its own.
        timeout: Infinity,
        tags: [],
        where: `retrievalTool(${base.name})`,
      },
      invoke: async (args) => {
        // What the schema has let through.
        const { question } = args as KnowledgeQuestion;
        const passages = await base.search({ text: question, limit, ...(filter ? { filter } : {}) });
        return passages.map(({ text, source: { uri, title, section } }) => ({ uri, title, section, text }));
      },
    },
  ]);
}
