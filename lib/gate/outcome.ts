import { toErrorData, withoutStack } from '../errors/index.js';
import { type JsonValue, toJson, type Usage } from '../values/index.js';
import { book } from './budget/booking.js';
import { release } from './budget/budget.js';
import type { RecordEffects } from '../journal/index.js';
import type { CacheEntry } from '../cache/index.js';
import type { RecordDraft } from '../workflow/index.js';
import { callFactsOf } from './memory/call-memory.js';
import { asJson, type GateCall, recordDraft } from './gate-call.js';

export interface OutcomeFacts {
  readonly args: JsonValue | undefined;
  /** Milliseconds. */
  readonly duration?: number;
  readonly reviewId?: string;
  /** The call whose result it is given. */
  readonly hit?: CacheEntry | undefined;
}

/** Puts a call's result on record and gives back what the journal holds of it. */
export async function recordResult(
  gateCall: GateCall,
  result: unknown,
  facts: OutcomeFacts,
  usage?: Usage,
): Promise<unknown> {
  const { call } = gateCall;
  const where = `the result of ${call.kind} ${call.name}`;
  const { forgetsResult = false } = call;
  // No limit holds for what is not kept.
  const value = forgetsResult ? toJson(result, where, Infinity) : asJson(gateCall, result, where);
  const completed = recordDraft(gateCall, 'call.completed', {
    ...callFactsOf(gateCall),
    ...optional('arguments', facts.args),
    ...(forgetsResult ? {} : optional('result', value)),
    ...optional('usage', usage),
    ...optional('duration', facts.duration),
    ...optional('reviewId', facts.reviewId),
    ...(facts.hit ? { reused: reusedFrom(facts.hit) } : {}),
  });
  const said = call.writes?.(value);
  await appendBooked(gateCall, completed, usage, said && { conversations: [said] });
  return value;
}

/** Puts a call's failure on record. */
export async function recordFailure(
  gateCall: GateCall,
  error: unknown,
  facts: OutcomeFacts & { readonly inDoubt?: boolean; readonly performed?: boolean },
  usage?: Usage,
): Promise<void> {
  const { attempt, frame, call } = gateCall;
  if (call.kind === 'step' && !facts.inDoubt) return release(attempt.run, frame);
  await appendBooked(
    gateCall,
    recordDraft(gateCall, 'call.failed', {
      ...callFactsOf(gateCall),
      ...optional('arguments', facts.args),
      // The step's own record has the stack.
      error: withoutStack(toErrorData(error)),
      ...optional('usage', usage),
      ...optional('duration', facts.duration),
      ...(facts.inDoubt ? { inDoubt: true } : {}),
      ...(facts.performed ? { performed: true } : {}),
      ...optional('reviewId', facts.reviewId),
    }),
    usage,
  );
}

/** Puts an outcome on record, and books what the call has used in the same commit. */
async function appendBooked(
  gateCall: GateCall,
  outcome: RecordDraft,
  usage: Usage | undefined,
  also: RecordEffects = {},
): Promise<void> {
  const { overruns, settlements, notWritten } = book(gateCall, usage);
  const effects = settlements.length > 0 ? { ...also, settlements } : also;
  try {
    await gateCall.attempt.append(
      [...overruns, outcome],
      Object.keys(effects).length > 0 ? effects : undefined,
    );
  } catch (error) {
    notWritten();
    throw error;
  }
}

/** As it goes on record. */
export function reusedFrom({ runId, call, usage }: CacheEntry) {
  return { runId, call, saved: usage };
}

export function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  // A computed key widens to string; the type says what it is.
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };
}
