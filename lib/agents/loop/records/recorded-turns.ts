import {
  type LoopStop,
  type Message,
  type ModelAnswer,
  type ModelRequest,
  type RecordedRequest,
  requestOf,
} from '../../../models/index.js';
import { type RecordedCall, turnParts } from '../../../scope/index.js';
import { type JsonValue, noUsage, type Usage } from '../../../values/index.js';
import type { SaidPlace } from '../agent-mailbox.js';

/** One turn of an agent as its record tells it. */
export interface RecordedTurn {
  /** Of its record in the journal. */
  readonly seq: number;
  readonly number: number;
  /** It is not a turn of its own: one of `turnParts`. */
  readonly part: number | undefined;
  /** Who answered: `openai/gpt-5-mini`. */
  readonly model: string;
  readonly request: ModelRequest;
  readonly answer: ModelAnswer;
  /** Why it was the last. */
  readonly stop: LoopStop | undefined;
  /** Milliseconds that the loop had worked when it was asked for. */
  readonly active: number;
  /** Results of tools before it that the request does not show. */
  readonly told: readonly Message[] | undefined;
  /** Which messages of the request users have said meanwhile. */
  readonly said: readonly Message[];
  readonly usage: Usage;
}

/** What goes on record with the request of a turn. */
interface TurnFacts {
  readonly active: number;
  readonly stop?: LoopStop | undefined;
  /** Results of tools that the request does not show. */
  readonly told?: readonly Message[] | undefined;
  /** How many agents it is inside of. */
  readonly level?: number | undefined;
  /** Which messages of the request users have said meanwhile. */
  readonly said?: readonly SaidPlace[] | undefined;
  /** Why another model was asked than the first of the alias. */
  readonly routing?: JsonValue | undefined;
}

/**
 * The turns that are on record, in their order, each with its whole request again.
 * @param history what was said before in the conversation in which the agent answers
 */
export function recordedTurns(
  calls: readonly RecordedCall[],
  history: readonly Message[] = [],
): RecordedTurn[] {
  const turns: RecordedTurn[] = [];
  let before = history.length > 0 ? requestWith(history) : undefined;
  for (const { seq, kind, name, position, status, arguments: args, result, usage } of calls) {
    const [number, part] = position;
    if (kind !== 'model' || status !== 'completed' || number === undefined) continue;
    const {
      stop,
      active = 0,
      told,
      said = [],
      level: _,
      routing: __,
      ...recorded
    } = args as unknown as RecordedRequest & Partial<TurnFacts>;
    // What a loop has put on record is what it reads again.
    const request = requestOf(recorded as RecordedRequest, before);
    // A summary is asked for beside the conversation.
    if (part !== turnParts.summary) before = request;
    const answer = result as unknown as ModelAnswer;
    turns.push({
      seq,
      number,
      part,
      model: name,
      request,
      answer,
      stop,
      active,
      told,
      said: said.flatMap(({ fromEnd }) => request.messages.at(-fromEnd) ?? []),
      usage: usage ?? noUsage,
    });
  }
  return turns;
}

/** Of which the first request of a call tells what is new. */
export function requestWith(history: readonly Message[]): ModelRequest {
  return { model: '', maxTokens: 0, messages: history };
}

/** Without the instructions, which are made for each turn. */
export function saidIn({ messages }: ModelRequest): readonly Message[] {
  return messages[0]?.role === 'system' ? messages.slice(1) : messages;
}

/** What goes on record with the request of a turn, as data. */
export function turnFacts({
  active,
  stop,
  told,
  level,
  said,
}: TurnFacts): Readonly<Record<string, JsonValue>> {
  return {
    active,
    ...(level ? { level } : {}),
    ...(said?.length ? { said: said.map((place) => ({ ...place })) } : {}),
    ...(stop ? { stop: stopFacts(stop) } : {}),
    // Messages are JSON.
    ...(told?.length ? { told: told as unknown as JsonValue } : {}),
  };
}

export function stopFacts({ condition, kind, reason }: LoopStop) {
  return { condition, kind, reason };
}
