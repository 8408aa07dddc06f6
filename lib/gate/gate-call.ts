import type { Call } from '../scope/index.js';
import { type JsonValue, toJson } from '../values/index.js';
import {
  type Actor,
  draft,
  type RecordDraft,
  type RecordPayloads,
  type RecordType,
} from '../workflow/index.js';
import type { Attempt } from './attempt.js';
import type { CallFrame } from './call-frame.js';

/** One call on its way through the gate. */
export interface GateCall {
  readonly attempt: Attempt;
  readonly frame: CallFrame;
  readonly call: Call;
}

/** `SupportTicketWorkflow.draft → tool openCase`, for messages. */
export function locationOf({ attempt, call }: GateCall): string {
  const step = `${attempt.run.definition.name}.${attempt.place.step}`;
  return call.kind === 'step' ? step : `${step} → ${call.kind} ${call.name}`;
}

/** A record of what happened to the call. By the call's actor, unless another is named. */
export function recordDraft<T extends RecordType>(
  gateCall: GateCall,
  type: T,
  payload: RecordPayloads[T],
  actor?: Actor,
): RecordDraft {
  const { attempt, frame, call } = gateCall;
  const by = actor ??
    call.actor ?? { kind: 'code' as const, id: `${attempt.run.definition.name}.${attempt.place.step}` };
  const place = call.kind === 'step' ? attempt.place : { ...attempt.place, call: frame.key };
  return draft<RecordType>(by, attempt.run.now(), type, payload, place);
}

/** A value of the call as the journal holds it. @throws {PayloadError} */
export function asJson(
  { attempt }: Pick<GateCall, 'attempt'>,
  value: unknown,
  where: string,
): JsonValue | undefined {
  return toJson(value, where, attempt.run.payloadLimit);
}

/** A tool, or an agent that a model calls as one. */
export function isToolCall({ kind, actor }: Call): boolean {
  return kind === 'tool' || (kind === 'agent' && actor?.kind === 'model');
}
