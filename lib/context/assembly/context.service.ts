import { Injectable } from '@nestjs/common';
import { ConversationThreads } from '../../conversations/index.js';
import { ContextOverflowError } from '../../errors/index.js';
import { ModelCatalog } from '../../models/index.js';
import { AdHocRuns } from '../../scope/index.js';
import { passGate } from '../../tools/index.js';
import { ignoreRejection, toJson } from '../../values/index.js';
import { MemoryService } from '../memory/memory.service.js';
import { RetrievalService } from '../retrieval/retrieval.service.js';
import { type AssembledContext, assembledOf, type RecordedContext } from './assembled-context.js';
import { compose } from './compose.js';
import type { ContextPart } from './context-part.js';
import { exchangesOf } from './exchanges-of.js';
import type { Misfit } from './fitting.js';
import type { GatheredPart } from './gathered-part.js';
import { type Assembly, checkAssembly, describePart } from './read-assembly.js';

/** Milliseconds: those of what it asks come first. */
const timeout = 120_000;

/** Fits what a model is given into a limit, and remembers what that was. */
@Injectable()
export class ContextService {
  constructor(
    private readonly retrieval: RetrievalService,
    private readonly memory: MemoryService,
    private readonly threads: ConversationThreads,
    private readonly catalog: ModelCatalog,
    private readonly adHoc: AdHocRuns,
  ) {}

  /**
   * Gathers the parts and takes what fits: first what is required, then by priority. What is left out is on record with its reason. In a
   * step it is done once: after a wait, a crash or a failed attempt the step is given the same.
   * @throws {ContextOverflowError} if what is required does not fit, or there is nothing of it
   * @throws {InputValidationError} if the parts or the limit make no sense
   * @throws {ConversationNotFoundError} {GuardrailBlockedError} and what retrievers throw
   * @example
   * const context = await this.context.assemble({
   *   tokens: 6_000,
   *   parts: [
   *     part.text('policy', policy, { required: true }),
   *     part.retrieved('articles', this.articles, { query: question, limit: 8, share: 0.6 }),
   *   ],
   * });
   * const { text, citations } = await this.models.generate({ prompt: question, context });
   */
  assemble(assembly: Assembly): Promise<AssembledContext> {
    return ignoreRejection(this.assembled(assembly));
  }

  private async assembled(given: Assembly): Promise<AssembledContext> {
    checkAssembly(given);
    const { tokens } = given;
    // What they hold is that of this moment.
    const parts = given.parts.map(withSnapshot);
    const recorded = await passGate<RecordedContext>(
      {
        kind: 'once',
        name: 'context',
        arguments: { tokens, parts: parts.map(describePart) },
        effect: 'idempotent',
        onInDoubt: 'retry',
        timeout,
        perform: async () => {
          const limit = typeof tokens === 'number' ? tokens : this.shareOf(tokens);
          const gathered = await Promise.all(parts.map((each) => this.gather(each)));
          const composed = compose(gathered, limit);
          if ('text' in composed) return composed;
          throw overflow(composed, limit);
        },
      },
      this.adHoc,
    );
    return assembledOf(recorded);
  }

  private shareOf({ of, share }: { readonly of: string; readonly share: number }): number {
    return Math.max(1, Math.floor(this.catalog.windowOf(of) * share));
  }

  private async gather(part: ContextPart): Promise<GatheredPart> {
    const { name, options } = part;
    switch (part.kind) {
      case 'text':
        return wholePart(part, part.text, part.options.trust ?? 'trusted');
      case 'value':
        return wholePart(part, JSON.stringify(part.value) ?? '', 'untrusted');
      case 'retrieved': {
        const { query: text, limit, filter } = part.options;
        const passages = await this.retrieval.retrieve(part.retriever, { text, limit, filter });
        const pieces = passages.map((passage) => ({ id: passage.id, text: passage.text, passage }));
        return { name, options, trust: undefined, pieces, order: 'by rank' };
      }
      case 'memories': {
        const { required: _, priority: __, share: ___, ...query } = part.options;
        const memories = await this.memory.recall(query);
        const pieces = memories.map(({ id, text, trust }) => ({ id, text, trust }));
        return { name, options, trust: undefined, pieces, order: 'by rank' };
      }
      case 'conversation': {
        const { summary, rows } = await this.threads.read(part.conversation);
        return {
          name,
          options,
          trust: 'untrusted',
          pieces: exchangesOf(summary, rows),
          order: 'chronological',
        };
      }
    }
  }
}

function withSnapshot(part: ContextPart): ContextPart {
  if (part.kind !== 'value') return part;
  return { ...part, value: toJson(part.value, `part ${part.name}`) };
}

function wholePart(
  { name, options }: ContextPart,
  text: string,
  trust: 'trusted' | 'untrusted',
): GatheredPart {
  const pieces = text === '' ? [] : [{ id: name, text }];
  return { name, options, trust, pieces, order: 'by rank' };
}

function overflow({ parts, empty }: Misfit, limit: number): ContextOverflowError {
  const details = { limit, parts, ...(empty === undefined ? {} : { empty }) };
  if (empty !== undefined)
    return new ContextOverflowError(
      `The part '${empty}' is required, and there is nothing of it. Answer without a model, or leave 'required' out.`,
      { details },
    );
  const listed = parts.map(({ name, tokens }) => `${name}: ${tokens}`).join(', ');
  return new ContextOverflowError(
    `The required parts do not fit into ${limit} tokens (${listed}, with what surrounds them). Raise 'tokens', shorten them, or leave 'required' out.`,
    { details },
  );
}
