import { messageText } from '../../content/index.js';
import {
  type LoopPosition,
  type Message,
  type ModelAnswer,
  type ModelToolCall,
  type StopConditions,
  Transcript,
  type Turn,
} from '../../models/index.js';
import type { CallRecords } from '../../scope/index.js';
import { noUsage, subtractUsage, type Usage } from '../../values/index.js';
import { recordedAllowances, type RecordedStop, recordedVerdicts } from './recorded-stops.js';
import { type RecordedTurn, recordedTurns, saidIn, turnParts } from './recorded-turns.js';

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
  readonly transcript: Transcript;
}

/** What the fold of a loop needs to know of it. */
export interface FoldedLoop {
  readonly conditions: StopConditions;
  readonly agent: string;
  isIncomplete(answer: ModelAnswer): boolean;
}

/**
 * Folds what is on record of the loop. The conditions hear what they have heard, in its order; of the last turn they hear
 * when it is acted upon.
 */
export function resumedLoop(records: CallRecords, loop: FoldedLoop): ResumedLoop {
  const calls = records.recorded();
  const turns = recordedTurns(calls).filter(({ part }) => part !== turnParts.summary);
  const ordinary = turns.filter(({ part }) => part === undefined);
  const last = ordinary.at(-1);
  const final = turns.find(({ part }) => part === turnParts.last);
  const base = final ?? last;
  const past = new Past(records, loop, recordedAllowances(calls));
  past.hear(ordinary);
  const before = ordinary.at(-2);
  const transcript = new Transcript();
  if (base) transcript.made(base.request, 'turn before');
  const number = last?.number ?? 0;
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
    toolCalls: past.toolCalls + (final ? resultsBehind(final).length : 0),
    transcript,
  };
}

function turnOf({ answer, model, usage, request: { tools = [] } }: RecordedTurn): Turn {
  return { answer, model, usage, offered: tools.map(({ name }) => name) };
}

/** What tools gave for the answer before this request. */
function resultsBehind({ request: { messages } }: RecordedTurn): readonly ToolMessage[] {
  const answer = messages.findLastIndex(({ role }) => role === 'assistant');
  return messages.slice(answer + 1).filter((message) => message.role === 'tool');
}

type ToolMessage = Extract<Message, { role: 'tool' }>;

/** Lets the conditions hear what is past. */
class Past {
  /** How many results of tools they have heard of. */
  toolCalls = 0;
  /** What they have heard of as used. */
  usage: Usage = noUsage;

  constructor(
    private readonly records: CallRecords,
    private readonly loop: FoldedLoop,
    private readonly allowances: readonly RecordedStop[],
  ) {}

  hear(turns: readonly RecordedTurn[]): void {
    for (const [index, turn] of turns.entries()) {
      this.hearBefore(turn);
      const next = turns[index + 1];
      if (next) this.hearTurn(turn, resultsBehind(next));
    }
  }

  /** What was heard before it was asked for. */
  private hearBefore({ seq, usage, active }: RecordedTurn): void {
    this.loop.conditions.hear({ type: 'time', active, isPast });
    this.hearUsage(subtractUsage(this.records.usage(seq), usage));
  }

  private hearTurn({ seq, number, answer }: RecordedTurn, told: readonly ToolMessage[]): void {
    const { conditions, agent } = this.loop;
    conditions.hear({ type: 'turn', turn: number, isPast });
    this.hearUsage(this.records.usage(seq));
    const isActedUpon = !this.loop.isIncomplete(answer);
    if (isActedUpon) conditions.hear({ type: 'text', text: answer.text, agent, isPast });
    const calls = isActedUpon ? answer.toolCalls : [];
    let from = 0;
    for (const { performed, active } of this.allowances.filter((one) => one.number === number)) {
      this.hearCalls(calls.slice(from, performed), told);
      // A person has let it go on, so all counts begin again.
      conditions.restart({ turn: number, active });
      from = performed;
    }
    this.hearCalls(calls.slice(from), told);
  }

  private hearCalls(calls: readonly ModelToolCall[], told: readonly ToolMessage[]): void {
    const { conditions } = this.loop;
    for (const call of calls) conditions.hear({ type: 'toolCall', call, isPast });
    for (const call of calls) {
      const result = told.find(({ toolCallId }) => toolCallId === call.id);
      if (!result) continue;
      this.toolCalls++;
      const { isError = false } = result;
      conditions.hear({ type: 'toolResult', call, content: messageText(result.content), isError, isPast });
    }
  }

  private hearUsage(total: Usage): void {
    this.loop.conditions.hear({ type: 'usage', usage: subtractUsage(total, this.usage), isPast });
    this.usage = total;
  }
}

const isPast = true;
