import { type LoopPosition, type Message, Transcript, type Turn } from '../../../models/index.js';
import { type CallRecords, turnParts } from '../../../scope/index.js';
import { type Usage } from '../../../values/index.js';
import { type FoldedLoop, PastLoop, resultsBefore } from './past-loop.js';
import { type RecordedHandoff, recordedHandoffs } from './recorded-handoffs.js';
import { recordedAllowances, type RecordedStop, recordedVerdicts } from './recorded-stops.js';
import { type RecordedTurn, recordedTurns, requestWith, saidIn } from './recorded-turns.js';

/** Where a loop goes on, and what it has to know of what is past. */
export interface ResumedLoop {
  /** All that was said before the last answer, without the instructions. */
  readonly messages: readonly Message[];
  /** With which the last turn was asked for. */
  readonly instructions: readonly Message[];
  readonly from: LoopPosition | undefined;
  /** Where the loop was stopped behind its last turn, as far as that is not asked again. */
  readonly verdicts: readonly RecordedStop[];
  /** Number of the record of the last turn. */
  readonly seq: number | undefined;
  /** The last answer at a limit or a goal, if it is on record: nothing is asked any more. */
  readonly final: RecordedTurn | undefined;
  /** Milliseconds that the loop had worked when the last turn was asked for. */
  readonly active: number;
  /** What the conditions have heard of. */
  readonly usage: Usage;
  readonly toolCalls: number;
  /** All that were made before the last turn. */
  readonly handoffs: readonly RecordedHandoff[];
  /** Names of the agents whose conditions are heard. */
  readonly entered: ReadonlySet<string>;
  readonly transcript: Transcript;
}

/**
 * Folds what is on record of the loop. The conditions hear what they have heard, in its order; of the last turn they hear
 * when it is acted upon.
 * @param history what was said before in the conversation in which the agent answers
 */
export function resumedLoop(
  records: CallRecords,
  loop: FoldedLoop,
  history: readonly Message[],
): ResumedLoop {
  const calls = records.recorded();
  const turns = recordedTurns(calls, history).filter(({ part }) => part !== turnParts.summary);
  const ordinary = turns.filter(({ part }) => part === undefined);
  const last = ordinary.at(-1);
  const final = turns.find(({ part }) => part === turnParts.last);
  const base = final ?? last;
  const number = last?.number ?? 0;
  const handoffs = recordedHandoffs(calls).filter((one) => one.number < (base?.number ?? 0));
  const past = new PastLoop(records, loop, { allowances: recordedAllowances(calls), handoffs });
  past.hear(ordinary);
  const before = ordinary.at(-2);
  const transcript = new Transcript();
  if (base) transcript.answered(base.request, 'turn before');
  else if (history.length > 0) transcript.answered(requestWith(history), 'conversation');
  return {
    messages: base ? saidIn(base.request) : [],
    instructions: base?.request.messages.filter(({ role }, index) => index === 0 && role === 'system') ?? [],
    final,
    from: last && {
      number,
      turn: turnOf(last),
      wasFedBack: before !== undefined && loop.isIncomplete(before.answer),
    },
    verdicts: recordedVerdicts(calls).filter((verdict) => verdict.number === number),
    seq: last?.seq,
    active: turns.at(-1)?.active ?? 0,
    usage: past.usage,
    toolCalls: past.toolCalls + (final ? resultsBefore(final).length : 0),
    handoffs,
    entered: past.entered,
    transcript,
  };
}

/** A turn as the loop knows it. */
export function turnOf({ answer, model, usage, request: { tools = [], agent } }: RecordedTurn): Turn {
  const offered = tools.map(({ name }) => name);
  return { answer, model, usage, offered, ...(agent === undefined ? {} : { agent }) };
}
