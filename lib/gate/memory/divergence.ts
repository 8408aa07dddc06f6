import { setImmediate } from 'node:timers/promises';
import type { Call } from '../../scope/index.js';
import { shortText } from '../../text/index.js';
import { canonicalJson, type JsonValue } from '../../values/index.js';
import type { RememberedCall } from '../../workflow/index.js';
import type { Origin } from '../checks/checked-call.js';
import { requestReview } from '../checks/request-review.js';
import type { Attempt } from '../attempt.js';
import { callFactsOf, withinOf } from './call-memory.js';
import type { CountedCall } from './occurrences.js';
import { optional } from '../outcome.js';
import { asJson, type GateCall, recordDraft, locationOf } from '../gate-call.js';

/** Arguments after guardrails and schema, and where they came from. */
interface Proposal {
  readonly args: unknown;
  readonly origin: Origin;
}

/** Arguments longer than this are cut in the question; the record has all of them. */
const longest = 300;

/**
 * The remembered call in whose place an irreversible call that is not remembered is asked for: one of the same tool
 * that happened, or may have, and that this attempt has not asked for. Then the call has diverged, and to make
 * the call would do twice what was meant once.
 */
export function divergenceOf({ attempt, call, frame }: GateCall): RememberedCall | undefined {
  const { calls } = attempt.activationState;
  if (calls.size === 0 || call.effect !== 'irreversible' || call.kind === 'step') return undefined;
  const within = withinOf(frame.parent);
  return [...calls.values()].find(
    (one) =>
      isLike(one, call) &&
      isOfPhase(one, attempt) &&
      mayHaveHappened(one) &&
      !isClaimed(attempt, one) &&
      (one.within === within || !isInFlight(attempt, one.within)),
  );
}

/**
 * Puts a call that has diverged before a person, and never returns then. Calls that were begun beside it get a moment
 * to claim what they had made before.
 */
export async function stopIfDiverged(gateCall: GateCall, prepared: Proposal): Promise<void> {
  await setImmediate();
  gateCall.attempt.stop.throwIfAborted();
  const remembered = divergenceOf(gateCall);
  if (remembered) await askAboutDivergence(gateCall, remembered, prepared);
}

async function askAboutDivergence(
  gateCall: GateCall,
  remembered: RememberedCall,
  { args, origin }: Proposal,
): Promise<never> {
  const { call } = gateCall;
  const shown = asJson(gateCall, call.recorded ? call.recorded(args) : args, locationOf(gateCall));
  const record = recordDraft(gateCall, 'call.diverged', {
    ...callFactsOf(gateCall),
    ...optional('arguments', shown),
    remembered: remembered.key,
    ...optional('rememberedArguments', remembered.arguments),
  });
  const before = remembered.status === 'completed' ? 'was made' : 'was begun';
  const earlier = inShort(remembered.arguments);
  return requestReview(
    gateCall,
    {
      kind: 'diverged',
      stage: 'before',
      proposed: args,
      origin,
      reason: `An attempt before this one asked for ${earlier}, which ${before}; this one asks for ${inShort(shown)} and not for that. Approve to make this call as well, answer with the result to continue with, or reject to stop.`,
    },
    { because: [record] },
  );
}

/** What is done once has no other arguments than its name. */
function isLike(one: RememberedCall, call: Call): boolean {
  return (
    one.effect === 'irreversible' &&
    one.kind === call.kind &&
    (call.kind === 'once' || one.name === call.name)
  );
}

/** A fallback makes calls of its own. */
function isOfPhase(one: RememberedCall, { phase }: Attempt): boolean {
  return (one.phase ?? 'perform') === phase;
}

function mayHaveHappened({ status, performed }: RememberedCall): boolean {
  return status !== 'failed' || performed === true;
}

/** This attempt has asked for it, or for what a person was asked about in its place, or for a call that holds it. */
function isClaimed(attempt: Attempt, one: RememberedCall): boolean {
  if (wasAskedFor(attempt, one)) return true;
  if (one.divergedTo && wasAskedFor(attempt, { kind: one.kind, ...one.divergedTo })) return true;
  // What an agent has done in former turns is not asked for again, and is done.
  if (one.position !== undefined && isInFlight(attempt, one.within)) return true;
  const enclosing = one.within === undefined ? undefined : attempt.activationState.calls.get(one.within);
  return enclosing !== undefined && enclosing.status !== 'intended' && isClaimed(attempt, enclosing);
}

/** The call whose body made it is being made again and may still ask for it. */
function isInFlight({ frames }: Attempt, key: string | undefined): boolean {
  return [...frames].some((frame) => frame.call.kind !== 'step' && frame.key === key);
}

function wasAskedFor({ occurrences }: Attempt, one: CountedCall & { readonly occurrence: number }): boolean {
  return occurrences.of(one) > one.occurrence;
}

function inShort(value: JsonValue | undefined): string {
  const text = value === undefined ? 'no arguments' : canonicalJson(value);
  return shortText(text, longest);
}
