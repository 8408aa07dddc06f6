import type { Call } from '../scope/index.js';
import { hashOf, toJson } from '../values/index.js';
import type { CallFacts } from '../workflow/index.js';
import type { Attempt } from './attempt.js';
import { CallFrame, type CallName } from './call-frame.js';
import type { Passage } from './passage.js';

/**
 * Names a call by what it is: (step, iteration, item, kind, name, arguments, n-th of its like).
 * Synchronous, so that parallel calls are counted in the order in which they were begun.
 */
export function frameOf(attempt: Attempt, call: Call, parent: CallFrame | undefined): CallFrame {
  // A step's own call is the only one of its kind, and its arguments are frozen: its name can wait.
  if (call.kind === 'step') return new CallFrame(call, parent, () => nameOf(attempt, call));
  const name = nameOf(attempt, call);
  return new CallFrame(call, parent, () => name);
}

function nameOf(attempt: Attempt, call: Call): CallName {
  // What a step reads is on disk already, piece by piece: how much it is together is nobody's concern.
  const limit = call.kind === 'step' ? Number.POSITIVE_INFINITY : attempt.run.payloadLimit;
  const where = `the arguments of ${call.kind} ${call.name}`;
  const argumentsHash = hashOf(toJson(call.arguments, where, limit) ?? null);
  const alike = alikeOf(call.kind, call.name, argumentsHash);
  const occurrence = attempt.occurrences.get(alike) ?? 0;
  attempt.occurrences.set(alike, occurrence + 1);
  const { step, iteration, item } = attempt.place;
  const key = hashOf([step, iteration, item ?? null, call.kind, call.name, argumentsHash, occurrence]);
  return { key, argumentsHash, occurrence };
}

/** What equal calls of an attempt are counted under. */
export function alikeOf(kind: string, name: string, argumentsHash: string): string {
  return `${kind} ${name} ${argumentsHash}`;
}

export function factsOf({ attempt, frame }: Pick<Passage, 'attempt' | 'frame'>): CallFacts {
  const { call, name, parent } = frame;
  return {
    ...name,
    kind: call.kind,
    name: call.name,
    effect: call.effect,
    ...(attempt.phase === 'perform' ? {} : { phase: attempt.phase }),
    ...(parent && parent.call.kind !== 'step' ? { within: parent.key } : {}),
    ...(call.effect === 'irreversible' ? doubtFacts(call) : {}),
  };
}

/** What has to be known of a call whose outcome is not, also when its code is gone. */
function doubtFacts({ onInDoubt, review }: Call): Pick<CallFacts, 'onInDoubt' | 'reviewers'> {
  const { roles, users } = review ?? { roles: [], users: [] };
  return {
    ...(onInDoubt === 'review' ? {} : { onInDoubt }),
    ...(roles.length + users.length > 0 ? { reviewers: { roles, users } } : {}),
  };
}
