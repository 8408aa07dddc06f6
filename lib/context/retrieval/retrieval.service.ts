import { Injectable } from '@nestjs/common';
import type { RetrievedPassage } from '../../content/index.js';
import { defaultAttempts, retryPolicy } from '../../decorators/index.js';
import { AdHocRuns, currentScope, type PerformContext } from '../../scope/index.js';
import { passGate } from '../../tools/index.js';
import { ignoreRejection } from '../../values/index.js';
import { readPassages } from './read-passages.js';
import { type FullQuery, readRetrievalQuery } from './read-query.js';
import type { RetrievalQuery, Retriever } from './retriever.js';

/** Milliseconds of one attempt. */
const timeout = 30_000;

/** Asks retrievers. Each retrieval passes the gate: remembered, on record, guarded at `retrieval.result`. */
@Injectable()
export class RetrievalService {
  constructor(private readonly adHoc: AdHocRuns) {}

  /**
   * What a retriever finds. In a step it is asked once: after a wait or a crash the step is given the same passages. Where the step has
   * failed, the next attempt asks again.
   * @throws {InputValidationError} for what is not a query
   * @throws {GuardrailBlockedError} if a guardrail at `retrieval.result` blocks
   * @throws what the retriever throws, after three attempts where it may pass
   * @example
   * const passages = await this.retrieval.retrieve(this.articles, { text: question, limit: 5 });
   */
  retrieve(retriever: Retriever, query: string | RetrievalQuery): Promise<readonly RetrievedPassage[]> {
    return ignoreRejection(this.passed(retriever, query));
  }

  private async passed(
    retriever: Retriever,
    given: string | RetrievalQuery,
  ): Promise<readonly RetrievedPassage[]> {
    const { name } = retriever;
    const where = `retriever ${name}`;
    return passGate(
      {
        kind: 'retrieval',
        name,
        arguments: readRetrievalQuery(given),
        effect: 'none',
        onInDoubt: 'retry',
        timeout,
        retry: retryPolicy(defaultAttempts),
        transformed: (passages) => readPassages(passages, `a guardrail at the passages of ${where}`),
        // The gate hands back what it was given.
        perform: (args, context) => found(retriever, args as FullQuery, context),
      },
      this.adHoc,
    );
  }
}

async function found(
  retriever: Retriever,
  query: FullQuery,
  { runId, signal }: PerformContext,
): Promise<readonly RetrievedPassage[]> {
  const where = `retriever ${retriever.name}`;
  const principal = currentScope()?.principal;
  const passages = await retriever.retrieve(query, { runId, principal, signal });
  // What reorders them is not to be given what are not passages.
  const read = readPassages(passages, where);
  const ranked = retriever.rerank ? readPassages(await retriever.rerank(query, read), where) : read;
  return ranked.slice(0, query.limit);
}
