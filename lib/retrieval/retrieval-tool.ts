import { IsNotEmpty, IsString } from 'class-validator';
import { defaultOnInDoubt, retryPolicy } from '../decorators/index.js';
import { NonRetryableError } from '../errors/index.js';
import { GivenTools, type Provided } from '../tools/index.js';
import { knowledgeBaseToken } from './knowledge-base.module.js';
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
 * @param base or its name, where nothing can be injected
 * @example
 * const { text } = await this.models.generate({ prompt, tools: [retrievalTool(this.articles)] });
 * @example
 * @Agent({ instructions, tools: () => [retrievalTool('articles')] })
 */
export function retrievalTool(base: KnowledgeBase | string, options: RetrievalToolOptions = {}): GivenTools {
  const baseName = typeof base === 'string' ? base : base.name;
  const { name = `search_${baseName.replaceAll('-', '_')}`, limit = 5, filter } = options;
  const effect = 'none';
  return new GivenTools((provided) => [
    {
      origin: 'nestjs-nestor',
      provider: GivenTools,
      definition: {
        name,
        description:
          options.description ??
          `Searches '${baseName}' and gives back the passages that fit best, with their sources. Ask in whole sentences.`,
        input: KnowledgeQuestion,
        effect,
        onInDoubt: defaultOnInDoubt(effect),
        repeatable: true,
        retry: retryPolicy(1),
        // The retrieval has its own.
        timeout: Infinity,
        tags: [],
        where: `retrievalTool(${baseName})`,
      },
      invoke: async (args) => {
        // What the schema has let through.
        const { question } = args as KnowledgeQuestion;
        const searched = typeof base === 'string' ? baseOf(base, provided) : base;
        const passages = await searched.search({ text: question, limit, ...(filter ? { filter } : {}) });
        return passages.map(({ text, source: { uri, title, section } }) => ({ uri, title, section, text }));
      },
    },
  ]);
}

/** @throws {NonRetryableError} if there is none of that name */
function baseOf(name: string, provided: Provided): KnowledgeBase {
  try {
    return provided<KnowledgeBase>(knowledgeBaseToken(name));
  } catch (cause) {
    throw new NonRetryableError(
      `retrievalTool('${name}') searches a knowledge base that is not there: import KnowledgeBaseModule.forFeature('${name}').`,
      { cause },
    );
  }
}
