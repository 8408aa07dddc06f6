import {
  type LoopPosition,
  type LoopStop,
  type Message,
  type ModelAnswer,
  type ModelRequest,
  type RecordedRequest,
  requestOf,
  type StopConditions,
  Transcript,
} from '../../models/index.js';
import type { RecordedCall } from '../../scope/index.js';
import { addUsage, type JsonValue, noUsage, type Usage } from '../../values/index.js';

/** One turn of an agent as its record tells it. */
export interface RecordedTurn {
  readonly number: number;
  /** It is the last request, without tools, or the repair of an output. */
  readonly part: number | undefined;
  /** Who answered: `openai/gpt-5-mini`. */
  readonly model: string;
  readonly request: ModelRequest;
  readonly answer: ModelAnswer;
  /** Why it was the last. */
  readonly stop: LoopStop | undefined;
  /** Milliseconds that the loop had worked when it was asked for. */
  readonly active: number;
  readonly usage: Usage;
}

/** What goes on record with the request of a turn. */
interface TurnFacts {
  readonly active?: number;
  readonly stop?: LoopStop;
}

/** The turns that are on record, in their order, each with its whole request again. */
export function recordedTurns(calls: readonly RecordedCall[]): RecordedTurn[] {
  const turns: RecordedTurn[] = [];
  for (const { kind, name, position, status, arguments: args, result, usage } of calls) {
    const [number, part] = position;
    if (kind !== 'model' || status !== 'completed' || number === undefined) continue;
    const { stop, active = 0, ...recorded } = args as unknown as RecordedRequest & TurnFacts;
    // What a loop has put on record is what it reads again.
    const request = requestOf(recorded as RecordedRequest, turns.at(-1)?.request);
    const answer = result as unknown as ModelAnswer;
    turns.push({ number, part, model: name, request, answer, stop, active, usage: usage ?? noUsage });
  }
  return turns;
}

/** Where a loop goes on, and what it has to know of what is past. */
export interface ResumedLoop {
  /** All that was said before the last answer, without the instructions. */
  readonly messages: readonly Message[];
  readonly from: LoopPosition | undefined;
  /** The last answer at a limit or a goal, if it is on record: nothing is asked any more. */
  readonly final: RecordedTurn | undefined;
  /** Milliseconds that the loop had worked when the last turn was asked for. */
  readonly active: number;
  /** Of the turns that the conditions have heard of. */
  readonly usage: Usage;
  readonly toolCalls: number;
  readonly transcript: Transcript;
}

/**
 * Folds the turns of the loop that are on record. The conditions hear what they have heard; of the last turn they hear when
 * it is acted upon.
 * @param isIncomplete whether an answer may not be acted upon
 */
export function resumedLoop(
  turns: readonly RecordedTurn[],
  conditions: StopConditions,
  agent: string,
  isIncomplete: (answer: ModelAnswer) => boolean,
): ResumedLoop {
  const ordinary = turns.filter(({ part }) => part === undefined);
  const last = ordinary.at(-1);
  const final = turns.find(({ part }) => part === 1);
  const base = final ?? last;
  for (const [index, turn] of ordinary.slice(0, -1).entries())
    hearTurn(conditions, turn, ordinary[index + 1], agent, isIncomplete);
  const before = ordinary.at(-2);
  const transcript = new Transcript();
  if (base) transcript.made(base.request, 'turn before');
  return {
    messages: base ? saidIn(base.request) : [],
    final,
    from: last && {
      number: last.number,
      turn: { answer: last.answer, model: last.model, usage: last.usage },
      wasFedBack: before !== undefined && isIncomplete(before.answer),
    },
    active: turns.at(-1)?.active ?? 0,
    usage: ordinary.slice(0, -1).reduce((sum, { usage }) => addUsage(sum, usage), noUsage),
    toolCalls: toolResults(base) - toolResults(ordinary[0]),
    transcript,
  };
}

function toolResults(turn: RecordedTurn | undefined): number {
  return turn?.request.messages.filter(({ role }) => role === 'tool').length ?? 0;
}

function hearTurn(
  conditions: StopConditions,
  { number, answer, usage, request, active }: RecordedTurn,
  next: RecordedTurn | undefined,
  agent: string,
  isIncomplete: (answer: ModelAnswer) => boolean,
): void {
  const isPast = true;
  conditions.hear({ type: 'turn', turn: number, active, isPast });
  conditions.hear({ type: 'usage', usage, isPast });
  if (isIncomplete(answer)) return;
  conditions.hear({ type: 'text', text: answer.text, agent, isPast });
  const results = next?.request.messages.slice(request.messages.length) ?? [];
  for (const call of answer.toolCalls) conditions.hear({ type: 'toolCall', call, isPast });
  for (const call of answer.toolCalls) {
    const result = results.find((each) => each.role === 'tool' && each.toolCallId === call.id);
    if (result?.role !== 'tool') continue;
    const content = typeof result.content === 'string' ? result.content : JSON.stringify(result.content);
    conditions.hear({ type: 'toolResult', call, content, isError: result.isError === true, isPast });
  }
}

/** Without the instructions, which are made for each turn. */
export function saidIn({ messages }: ModelRequest): readonly Message[] {
  return messages[0]?.role === 'system' ? messages.slice(1) : messages;
}

/** What goes on record with the request of a turn, as data. */
export function turnFacts(active: number, stop?: LoopStop): Readonly<Record<string, JsonValue>> {
  if (!stop) return { active };
  return { active, stop: { condition: stop.condition, kind: stop.kind, reason: stop.reason } };
}
