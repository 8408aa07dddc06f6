import { logSafely, toErrorData } from '../../errors/index.js';
import type { InboxMessage } from '../../journal/index.js';
import { boundedText, canonicalJson, defaultPayloadLimit, textLimits } from '../../values/index.js';
import {
  activationAt,
  agentLoops,
  doneBySystem,
  draft,
  type RecordDraft,
  type RecordPayloads,
  type RecordType,
  type RunState,
  stepOf,
} from '../../workflow/index.js';

/** Most bytes of a message's record: beyond that no journal takes it. */
const largest = 60_000;

/**
 * The records that tell of a message, as they can be written: a message that can't be is dropped with an error in the
 * log and a record that says so. Never throws: a message must not keep its run from going on.
 */
export function readable(
  message: InboxMessage,
  state: RunState,
  payloadLimit = defaultPayloadLimit,
): RecordDraft[] {
  let problem: string;
  try {
    const records = recordsOf(message, state);
    const limit = 2 * payloadLimit + largest;
    const size = Math.max(0, ...records.map(({ payload }) => Buffer.byteLength(canonicalJson(payload))));
    if (size <= limit) return records;
    problem = `its record would have ${size} bytes, of at most ${limit}`;
  } catch (error) {
    problem = toErrorData(error).message;
  }
  const { id, body } = message;
  const reason = `A message to run ${state.runId} (${body.kind}, id ${id}) was dropped, since it cannot be put on record: ${problem}`;
  logSafely('error', reason);
  const denied = { rule: 'message', kind: 'run' as const, name: state.created.workflow, reason };
  return [doneBySystem(state.runId, Date.parse(state.createdAt), 'policy.denied', denied)].map((record) => ({
    ...record,
    at: isTime(message.at) ? message.at : record.at,
  }));
}

function isTime(at: string): boolean {
  return !Number.isNaN(Date.parse(at));
}

/** The records that tell of a message. None where it comes too late to matter, or once more. */
export function recordsOf(message: InboxMessage, state: RunState): RecordDraft[] {
  const { body, actor } = message;
  if (state.appliedMessages?.has(message.id)) return [];
  const at = Date.parse(message.at);
  const tell = <T extends RecordType>(type: T, payload: RecordPayloads[T], place = {}): RecordDraft[] => [
    draft<RecordType>(actor, at, type, payload, place),
  ];
  const heard = { message: message.id };
  switch (body.kind) {
    case 'signal':
      return tell('signal.received', {
        name: body.name,
        ...(body.payload === undefined ? {} : { payload: body.payload }),
        ...heard,
      });
    case 'message': {
      const { text, call } = body;
      const refusal = refusalOf(state, call);
      return refusal
        ? tell('message.refused', { ...refusal, ...heard })
        : tell('message.received', { text, ...(call === undefined ? {} : { call }), ...heard });
    }
    case 'cancel':
      return tell('cancel.requested', { reason: boundedText(body.reason, textLimits.reason), ...heard });
    case 'pause':
      return tell(
        'pause.requested',
        body.reason === undefined ? heard : { reason: boundedText(body.reason, textLimits.reason), ...heard },
      );
    case 'resume':
      return tell('resume.requested', heard);
    case 'budget.raised':
      return tell(
        'budget.raised',
        { ...body.more, ...heard },
        body.step === undefined ? {} : { step: body.step },
      );
    case 'review.claimed':
    case 'review.released':
    case 'review.delegated':
    case 'review.commented':
    case 'review.voted':
    case 'review.refused':
    case 'review.escalated':
    case 'review.reminded': {
      const { kind, ...told } = body;
      const texts = Object.entries(told).flatMap(([name, text]) =>
        (name === 'reason' || name === 'text') && typeof text === 'string'
          ? [[name, boundedText(text, textLimits.reason)] as const]
          : [],
      );
      // Each body is what its record tells.
      return tell(kind, { ...told, ...Object.fromEntries(texts), ...heard } as RecordPayloads[typeof kind]);
    }
    case 'review.decided': {
      const { kind: _, reason, ...rest } = body;
      const decision = {
        ...rest,
        ...(reason === undefined ? {} : { reason: boundedText(reason, textLimits.reason) }),
      };
      return state.reviews.has(body.reviewId)
        ? tell('review.decided', decision, placeOfReview(state, body.reviewId))
        : [];
    }
    case 'review.expired':
      if (!state.reviews.has(body.reviewId)) return [];
      return tell(
        'review.expired',
        { reviewId: body.reviewId, outcome: body.outcome },
        placeOfReview(state, body.reviewId),
      );
    case 'run.finished':
      return childFinished(body, state, tell);
    case 'late-outcome':
      return lateOutcome(body, state, tell);
  }
}

/** Why no agent would be told of what a user says; undefined where one will be. One that comes before any has begun is kept. */
function refusalOf(state: RunState, call: string | undefined) {
  const loops = agentLoops(state);
  const working = loops.filter(({ hasAnswered }) => !hasAnswered).map((loop) => loop.call);
  if (call !== undefined) {
    // Until its first answer is on record, nothing tells of a call.
    const hasEnded = state.endedAgents?.has(call) || loops.some((loop) => loop.call === call);
    return working.includes(call) || !hasEnded
      ? undefined
      : { reason: `the agent of call ${call} does not work any more`, working };
  }
  if (working.length > 1)
    return { reason: 'several agents are working: name the call of one of them', working };
  return working.length === 1 || loops.length === 0
    ? undefined
    : { reason: 'it came too late: the agent has given its answer', working };
}

type LateOutcomeMessage = Extract<InboxMessage['body'], { kind: 'late-outcome' }>;

/** What a call came to after all. That it was made is in the journal; without that there is nothing to add to. */
function lateOutcome(
  { step, iteration, item, key, result, error }: LateOutcomeMessage,
  state: RunState,
  tell: <T extends RecordType>(type: T, payload: RecordPayloads[T], place?: object) => RecordDraft[],
): RecordDraft[] {
  const activation = activationAt(state, { step, iteration, item });
  const call = activation?.calls.get(key);
  if (!call) return [];
  const { kind, name, argumentsHash, occurrence, effect, phase, within } = call;
  const asked = [...state.reviews.values()].find((review) => review.key === key);
  const facts = {
    key,
    kind,
    name,
    argumentsHash,
    occurrence,
    effect,
    late: true,
    ...(phase === undefined ? {} : { phase }),
    ...(within === undefined ? {} : { within }),
    ...(call.arguments === undefined ? {} : { arguments: call.arguments }),
    ...(asked ? { reviewId: asked.reviewId } : {}),
  };
  const place = { step, iteration, item, attempt: call.attempt, call: key };
  if (error) return tell('call.failed', { ...facts, error }, place);
  return tell('call.completed', { ...facts, ...(result === undefined ? {} : { result }) }, place);
}

function placeOfReview(state: RunState, reviewId: string) {
  const { step, iteration, item } = state.reviews.get(reviewId) ?? {};
  return { step, iteration, item };
}

type Finished = Extract<InboxMessage['body'], { kind: 'run.finished' }>;

/** The end of a child is the outcome of the call that stands for it. */
function childFinished(
  body: Finished,
  state: RunState,
  tell: <T extends RecordType>(type: T, payload: RecordPayloads[T], place?: object) => RecordDraft[],
): RecordDraft[] {
  const { step, iteration, item, key, usage, output, error } = body;
  // Perhaps its first mention: a child may be quicker than the worker that takes over after the crash of its parent's.
  const own = stepOf(state, step);
  const activation = item === undefined ? own : own.items?.states.get(item);
  // An answer to a call that the parent no longer waits for: the step was skipped, or goes round again.
  if (own.iteration !== iteration || activation?.status === 'completed' || activation?.status === 'skipped')
    return [];
  const place = { step, iteration, item, attempt: (activation?.failures ?? 0) + 1, call: key };
  const facts = {
    key,
    kind: 'run' as const,
    name: body.workflow,
    argumentsHash: '',
    occurrence: 0,
    effect: 'idempotent' as const,
    usage,
  };
  if (error) return tell('call.failed', { ...facts, error }, place);
  return tell('call.completed', { ...facts, ...(output === undefined ? {} : { result: output }) }, place);
}
