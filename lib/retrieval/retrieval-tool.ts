import { IsNotEmpty, IsString } from 'class-validator';
import { mostPassages } from '../context/index.js';
import { NonRetryableError } from '../errors/index.js';
import { builtInTool, GivenTools, type Provided } from '../tools/index.js';
import { assertOptions, option, type OptionRules } from '../values/index.js';
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
  /** Most passages. From 1 to 200. @default 5 */
  readonly limit?: number | undefined;
  /** What the metadata of a passage has to have. @default anything */
  readonly filter?: Readonly<Record<string, string | number | boolean>> | undefined;
}

const rules = option.fields({
  name: option.text,
  description: option.text,
  limit: option.between(1, mostPassages),
  filter: option.object('names and values of metadata'),
} satisfies OptionRules<RetrievalToolOptions>);

/**
 * A tool by which a model searches a knowledge base, with the rights of the run's principal.
 * @param base or its name, where nothing can be injected
 * @throws {InvalidOptionsError}
 * @example
 * const { text } = await this.models.generate({ prompt, tools: [retrievalTool(this.articles)] });
 * @example
 * @Agent({ instructions, tools: () => [retrievalTool('articles')] })
 */
export function retrievalTool(base: KnowledgeBase | string, options: RetrievalToolOptions = {}): GivenTools {
  const baseName = typeof base === 'string' ? base : base.name;
  const where = `retrievalTool(${baseName})`;
  assertOptions(rules(options, `${where} `));
  const {
    name = `search_${baseName.replaceAll('-', '_')}`,
    description = `Searches '${baseName}' and gives back the passages that fit best, with their sources. Ask in whole sentences.`,
    limit = 5,
    filter,
  } = options;
  return new GivenTools((provided) => [
    builtInTool({ name, description, input: KnowledgeQuestion, where }, async (args) => {
      // What the schema has let through.
      const { question } = args as KnowledgeQuestion;
      const searched = typeof base === 'string' ? baseOf(base, provided) : base;
      const passages = await searched.search({ text: question, limit, ...(filter ? { filter } : {}) });
      return passages.map(({ text, source: { uri, title, section } }) => ({ uri, title, section, text }));
    }),
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
