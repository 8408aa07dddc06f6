import { setImmediate } from 'node:timers/promises';
import type { Call } from '../scope/index.js';
import { canonicalJson, type JsonValue } from '../values/index.js';
import type { RememberedCall } from '../workflow/index.js';
import { ask } from './ask.js';
import type { Attempt } from './attempt.js';
import { alikeOf, factsOf } from './call-memory.js';
import { optional } from './outcome.js';
import { asJson, type Passage, told, whereIs } from './passage.js';

/** Arguments longer than this are cut in the question; the record has all of them. */
const longest = 300;

/**
 * The remembered call in whose place an irreversible call that is not remembered is asked for: one of the same tool
 * that happened, or may have, and that this attempt has not asked for. Then the arguments have drifted, and to make
 * the call would do twice what was meant once.
 */
export function driftOf({ attempt, call }: Passage): RememberedCall | undefined {
  const { calls } = attempt.activation;
  if (calls.size === 0 || call.effect !== 'irreversible' || call.kind === 'step') return undefined;
  return [...calls.values()].find(
    (one) => isLike(one, call) && isOfPhase(one, attempt) && mayHaveHappened(one) && !isClaimed(attempt, one),
  );
}

/**
 * Puts a call that has drifted before a person, and never returns then. Calls that were begun beside it get a moment
 * to claim what they had made before.
 */
export async function stopIfDrifted(passage: Passage): Promise<void> {
  await setImmediate();
  passage.attempt.stop.throwIfAborted();
  const remembered = driftOf(passage);
  if (remembered) await askAboutDrift(passage, remembered);
}

async function askAboutDrift(passage: Passage, remembered: RememberedCall): Promise<never> {
  const { call } = passage;
  const shown = asJson(
    passage,
    call.recorded ? call.recorded(call.arguments) : call.arguments,
    whereIs(passage),
  );
  const record = told(passage, 'call.diverged', {
    ...factsOf(passage),
    ...optional('arguments', shown),
    remembered: remembered.key,
    ...optional('rememberedArguments', remembered.arguments),
  });
  const before = remembered.status === 'completed' ? 'was made' : 'was begun';
  const former = inShort(remembered.arguments);
  return ask(
    passage,
    {
      kind: 'diverged',
      stage: 'before',
      proposed: call.arguments,
      reason: `An attempt before this one asked for ${former}, which ${before}; this one asks for ${inShort(shown)} and not for that. Approve to make this call as well, answer with the result to go on with, or reject to stop.`,
    },
    [record],
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
  if (one.driftedTo && wasAskedFor(attempt, { kind: one.kind, ...one.driftedTo })) return true;
  const around = one.within === undefined ? undefined : attempt.activation.calls.get(one.within);
  return around !== undefined && around.status !== 'intended' && isClaimed(attempt, around);
}

function wasAskedFor(
  { occurrences }: Attempt,
  one: Pick<RememberedCall, 'kind' | 'name' | 'argumentsHash' | 'occurrence'>,
): boolean {
  return (occurrences.get(alikeOf(one.kind, one.name, one.argumentsHash)) ?? 0) > one.occurrence;
}

function inShort(value: JsonValue | undefined): string {
  const text = value === undefined ? 'no arguments' : canonicalJson(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
