import type { ModelProvider } from 'nestjs-nestor';
import { anthropic } from 'nestjs-nestor/anthropic';
import { openai } from 'nestjs-nestor/openai';
import { ngramEmbeddings } from 'nestjs-nestor/retrieval';
import { OfflineModel } from './offline/index.js';

export interface SampleModels {
  readonly providers: readonly ModelProvider[];
  readonly aliases: { readonly fast: readonly string[]; readonly smart: readonly string[] };
  /** For people. */
  readonly description: string;
}

/**
 * Real models where the environment holds a key, each standing in for the other; else the offline model.
 * `OPENAI_MODEL` and `ANTHROPIC_MODEL` choose other models, for servers behind `…_BASE_URL` that don't have these.
 */
export function modelsFrom(environment: NodeJS.ProcessEnv): SampleModels {
  // Compares pieces of words, for the knowledge base.
  const embeddings = ngramEmbeddings();
  const providers: ModelProvider[] = [];
  const fast: string[] = [];
  const smart: string[] = [];
  const { OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL } = environment;
  if (OPENAI_API_KEY) {
    providers.push(
      openai({ apiKey: OPENAI_API_KEY, ...(OPENAI_BASE_URL ? { baseURL: OPENAI_BASE_URL } : {}) }),
    );
    fast.push(`openai/${OPENAI_MODEL ?? 'gpt-5-mini'}`);
    smart.push(`openai/${OPENAI_MODEL ?? 'gpt-5.1'}`);
  }
  const { ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL, ANTHROPIC_MODEL } = environment;
  if (ANTHROPIC_API_KEY) {
    providers.push(
      anthropic({
        apiKey: ANTHROPIC_API_KEY,
        ...(ANTHROPIC_BASE_URL ? { baseURL: ANTHROPIC_BASE_URL } : {}),
      }),
    );
    fast.push(`anthropic/${ANTHROPIC_MODEL ?? 'claude-haiku-4-5'}`);
    smart.push(`anthropic/${ANTHROPIC_MODEL ?? 'claude-sonnet-4-5'}`);
  }
  if (providers.length > 0) {
    return {
      providers: [...providers, embeddings],
      aliases: { fast, smart },
      description: [...new Set([...fast, ...smart])].join(', '),
    };
  }
  const delay = Number(environment['OFFLINE_MODEL_DELAY'] ?? 0);
  return {
    providers: [new OfflineModel(Number.isFinite(delay) ? delay : 0), embeddings],
    aliases: { fast: ['offline/rules'], smart: ['offline/rules'] },
    description: 'offline/rules (no language model: set OPENAI_API_KEY or ANTHROPIC_API_KEY for a real one)',
  };
}
