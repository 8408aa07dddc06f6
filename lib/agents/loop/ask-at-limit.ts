import { defineReview } from '../../decorators/index.js';
import { OrchestrationError } from '../../errors/index.js';
import type { StoppedLoop } from '../../models/index.js';
import { type Call, currentScope } from '../../scope/index.js';
import type { JsonValue } from '../../values/index.js';
import type { RegisteredAgent } from '../registered-agent.js';
import { type StopRecord, stopFactsOf, stopPosition, stopRecords } from './records/recorded-stops.js';

/** What a person has decided at a limit. */
export type LimitDecision =
  | { readonly kind: 'go-on' }
  | { readonly kind: 'answer'; readonly value: JsonValue }
  | { readonly kind: 'rejected'; readonly error: unknown };

/** The limit at which an agent has stopped goes before a person. Waits until somebody has decided. */
export async function askAtLimit(
  { name, type, options }: RegisteredAgent,
  stopped: StoppedLoop,
  active: number,
): Promise<LimitDecision> {
  const { onStop } = options;
  const review = defineReview(typeof onStop === 'object' ? onStop.review : {}, 'before');
  const { condition, reason } = stopped.stop;
  try {
    const answer = await onRecord(stopRecords.question, stopped, active, {
      review: review && {
        ...review,
        asks: 'stopped',
        form: review.form ?? type.output ?? String,
        title: review.title ?? `The agent ${name} was stopped by ${condition}: ${reason}`,
        instructions:
          review.instructions ??
          'Approve, and it may use as much again from here on. Answer with what it should give instead, or reject.',
      },
    });
    return answer === undefined ? { kind: 'go-on' } : { kind: 'answer', value: answer };
  } catch (error) {
    if (error instanceof OrchestrationError && error.code === 'REVIEW_REJECTED')
      return { kind: 'rejected', error };
    throw error;
  }
}

/** Puts on record that a condition has stopped the loop, so that it is not asked again. */
export async function recordVerdict(stopped: StoppedLoop, active: number): Promise<void> {
  await onRecord(stopRecords.verdict, stopped, active, {});
}

function onRecord(
  record: StopRecord,
  stopped: StoppedLoop,
  active: number,
  more: Pick<Call, 'review'>,
): Promise<JsonValue | undefined> {
  const scope = currentScope();
  if (!scope) throw new Error('a loop is in a run: this is a bug in Nestor');
  return scope.call<JsonValue | undefined>({
    kind: 'once',
    name: record.name,
    position: stopPosition(record, stopped.number),
    arguments: stopFactsOf(stopped, active),
    effect: 'none',
    onInDoubt: 'retry',
    ...more,
    // Only where it goes on: an answer of a person is a result.
    perform: () => undefined,
  });
}
