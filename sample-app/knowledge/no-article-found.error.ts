import { NonRetryableError } from 'nestjs-nestor';

/** The same search again would find nothing again, so the orchestrator goes straight to the step's fallback. */
export class NoArticleFoundError extends NonRetryableError {
  constructor(terms: readonly string[]) {
    super(`No article speaks of ${terms.length === 0 ? 'a ticket without search terms' : terms.join(', ')}.`);
  }
}
