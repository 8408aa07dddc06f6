import type { Call, CallPosition } from '../../scope/index.js';
import { hashOf, type JsonValue, toJson } from '../../values/index.js';
import type { CallFacts } from '../../workflow/index.js';
import type { Attempt } from '../attempt.js';
import { CallFrame, type CallName } from '../call-frame.js';
import type { GateCall } from '../gate-call.js';
import type { CountedCall, Occurrences } from './occurrences.js';

/**
 * Takes a snapshot of a call's arguments, which nobody can change any more, and names the call by what it is: (step,
 * iteration, item, parent call, kind, name, arguments, n-th of its like).
 * Synchronous: the arguments are those of this moment, and parallel calls are counted in the order in which they began.
 */
export function frameOf(attempt: Attempt, call: Call, parent: CallFrame | undefined): CallFrame {
  const { position } = call;
  if (position !== undefined) {
    // What it is asked with may be long, and says nothing about which call it is.
    const frozen = snapshotOf(call, attempt.run.payloadLimit);
    const name = positionName(attempt, call, withinOf(parent), position, counted);
    return new CallFrame({ ...call, arguments: frozen }, parent, () => name);
  }
  // A step's own call is the only one of its kind, and its arguments are frozen: its name can wait.
  // What a step reads is on disk already, piece by piece, so no limit applies to all of it together.
  if (call.kind === 'step')
    return new CallFrame(call, parent, () =>
      nameOf(attempt, call, undefined, snapshotOf(call, Number.POSITIVE_INFINITY), counted),
    );
  const snapshot = snapshotOf(call, attempt.run.payloadLimit);
  const name = nameOf(attempt, call, withinOf(parent), snapshot, counted);
  return new CallFrame({ ...call, arguments: snapshot }, parent, () => name);
}

/** The key that a call would have if it was made now. It is not counted. */
export function nextKeyOf(attempt: Attempt, call: NamedCall, parent: CallFrame | undefined): string {
  const { position } = call;
  const within = withinOf(parent);
  if (position !== undefined) return positionName(attempt, call, within, position, uncounted).key;
  return nameOf(attempt, call, within, snapshotOf(call, attempt.run.payloadLimit), uncounted).key;
}

/** What a call is known by. */
type NamedCall = Pick<Call, 'kind' | 'name' | 'arguments' | 'position' | 'input'>;

/** Gives a call its place among its equals. */
type Counting = (occurrences: Occurrences, call: CountedCall) => number;

const counted: Counting = (occurrences, call) => occurrences.next(call);
const uncounted: Counting = (occurrences, call) => occurrences.of(call);

/**
 * The arguments of a call at this moment, as JSON.
 * @throws {PayloadError} if they cannot be JSON; for a tool without a schema, which nobody else would check, also if
 *   JSON would change them: dates, maps, buffers, objects with behaviour.
 */
export function snapshotOf(call: NamedCall, limit: number): JsonValue | undefined {
  const where = `the arguments of ${call.kind} ${call.name}`;
  const form = call.kind === 'tool' && call.input === undefined ? 'exact' : 'converted';
  return toJson(call.arguments, where, limit, form);
}

function nameOf(
  attempt: Attempt,
  { kind, name }: NamedCall,
  within: string | undefined,
  snapshot: JsonValue | undefined,
  counting: Counting,
): CallName {
  const argumentsHash = hashOf(snapshot ?? null);
  const occurrence = counting(attempt.occurrences, { within, kind, name, argumentsHash });
  const { step, iteration, item } = attempt.place;
  const key = hashOf([step, iteration, item ?? null, within ?? null, kind, name, argumentsHash, occurrence]);
  return { key, argumentsHash, occurrence };
}

/** A call that is known by its position: the n-th try there. What a model has asked for is one place, whatever does it. */
function positionName(
  attempt: Attempt,
  call: NamedCall,
  within: string | undefined,
  position: CallPosition,
  counting: Counting,
): CallName {
  const kind = call.kind === 'model' || call.kind === 'once' ? call.kind : 'tool';
  const argumentsHash = hashOf(position);
  const occurrence = counting(attempt.occurrences, { within, kind, name: '', argumentsHash });
  const { step, iteration, item } = attempt.place;
  const key = hashOf([step, iteration, item ?? null, within ?? null, kind, { position }, occurrence]);
  return { key, argumentsHash, occurrence };
}

/** What a call that was begun before was begun with; a person may have written it. */
export function intendedOf({ attempt, frame, call }: GateCall): unknown {
  // The intent of a step does not repeat what it reads.
  const remembered = call.kind === 'step' ? undefined : attempt.activationState.calls.get(frame.key);
  return remembered ? remembered.arguments : call.arguments;
}

/** The call whose body makes a call; undefined where the step's own code does. */
export function withinOf(parent: CallFrame | undefined): string | undefined {
  return parent && parent.call.kind !== 'step' ? parent.key : undefined;
}

export function callFactsOf({ attempt, frame }: Pick<GateCall, 'attempt' | 'frame'>): CallFacts {
  const { call, name, parent } = frame;
  const within = withinOf(parent);
  return {
    ...name,
    kind: call.kind,
    name: call.name,
    effect: call.effect,
    ...(call.position === undefined ? {} : { position: call.position }),
    ...(attempt.phase === 'perform' ? {} : { phase: attempt.phase }),
    ...(within === undefined ? {} : { within }),
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
