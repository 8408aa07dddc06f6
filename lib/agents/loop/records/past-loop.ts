import { messageText } from '../../../content/index.js';
import {
  type Message,
  type ModelAnswer,
  type ModelToolCall,
  type StopConditions,
} from '../../../models/index.js';
import type { CallRecords } from '../../../scope/index.js';
import { placedCalls, type PlacedToolCall } from '../../../tools/index.js';
import { noUsage, subtractUsage, type Usage } from '../../../values/index.js';
import type { RegisteredAgent } from '../../registered-agent.js';
import { conditionsOf } from '../agent-conditions.js';
import { type RecordedHandoff } from './recorded-handoffs.js';
import type { RecordedStop } from './recorded-stops.js';
import type { RecordedTurn } from './recorded-turns.js';

/** What the fold of a loop needs to know of it. */
export interface FoldedLoop {
  readonly conditions: StopConditions;
  /** The agent that was called. */
  readonly first: RegisteredAgent;
  /** The agent that has the conversation at the beginning, where that is another one. */
  readonly start: RegisteredAgent | undefined;
  /** @throws {InputValidationError} if there is none of that name any more */
  agentOf(name: string): RegisteredAgent;
  isIncomplete(answer: ModelAnswer): boolean;
}

/** What people and agents have decided in the loop, as far as it is on record. */
export interface PastDecisions {
  /** Where people have let it go on. */
  readonly allowances: readonly RecordedStop[];
  readonly handoffs: readonly RecordedHandoff[];
}

type ToolMessage = Extract<Message, { role: 'tool' }>;
type PlacedCall = PlacedToolCall & { readonly call: ModelToolCall };

/** Lets the conditions of a loop hear what is past. */
export class PastLoop {
  /** How many results of tools they have heard of. */
  toolCalls = 0;
  /** What they have heard of as used. */
  usage: Usage = noUsage;
  /** Names of the agents whose conditions they are. */
  readonly entered: Set<string>;
  private agent: string;

  constructor(
    private readonly records: CallRecords,
    private readonly loop: FoldedLoop,
    private readonly decisions: PastDecisions,
  ) {
    const { first, start } = loop;
    this.agent = (start ?? first).name;
    this.entered = new Set([first.name]);
    if (start) this.enter(start, 0);
  }

  hear(turns: readonly RecordedTurn[]): void {
    for (const [index, turn] of turns.entries()) {
      this.hearBefore(turn);
      const next = turns[index + 1];
      if (next) this.hearTurn(turn, resultsBefore(next));
    }
  }

  /** What was heard before it was asked for. */
  private hearBefore({ seq, usage, active }: RecordedTurn): void {
    this.loop.conditions.hear({ type: 'time', active, isPast });
    this.hearUsage(subtractUsage(this.records.usage(seq), usage));
  }

  private hearTurn({ seq, number, answer, request }: RecordedTurn, told: readonly ToolMessage[]): void {
    const { conditions } = this.loop;
    conditions.hear({ type: 'turn', turn: number, isPast });
    this.hearUsage(this.records.usage(seq));
    const isActedUpon = !this.loop.isIncomplete(answer);
    if (isActedUpon) conditions.hear({ type: 'text', text: answer.text, agent: this.agent, isPast });
    const { tools = [] } = request;
    const calls = placedCalls(
      isActedUpon ? answer.toolCalls : [],
      (asked) => tools.find(({ name }) => name === asked)?.handoff,
    );
    let from = 0;
    for (const { performed, active } of this.decisions.allowances.filter((one) => one.number === number)) {
      this.hearCalls(number, calls.slice(from, performed), told);
      // A person has let it go on, so all counts begin again.
      conditions.restart({ turn: number, active });
      from = performed;
    }
    this.hearCalls(number, calls.slice(from), told);
  }

  private hearCalls(number: number, calls: readonly PlacedCall[], told: readonly ToolMessage[]): void {
    const { conditions } = this.loop;
    for (const { call, handoff, isSurplus } of calls)
      conditions.hear({
        type: 'toolCall',
        call,
        ...(handoff === undefined || isSurplus ? {} : { handoff }),
        isPast,
      });
    for (const { call } of calls) {
      const result = told.find(({ toolCallId }) => toolCallId === call.id);
      if (!result) continue;
      this.toolCalls++;
      const { isError = false } = result;
      conditions.hear({ type: 'toolResult', call, content: messageText(result.content), isError, isPast });
    }
    if (calls.some(({ handoff, isSurplus }) => handoff !== undefined && !isSurplus))
      this.hearHandoff(this.decisions.handoffs.find((one) => one.number === number));
  }

  private hearHandoff(handoff: RecordedHandoff | undefined): void {
    if (!handoff) return;
    const { conditions, agentOf } = this.loop;
    const { number, seq, to } = handoff;
    this.hearUsage(this.records.usage(seq));
    this.enter(agentOf(to), number);
    this.agent = to;
    conditions.hear({ type: 'handoff', to, isPast });
  }

  private enter(agent: RegisteredAgent, number: number): void {
    if (!this.entered.has(agent.name)) this.loop.conditions.add(conditionsOf(agent), number);
    this.entered.add(agent.name);
  }

  private hearUsage(total: Usage): void {
    this.loop.conditions.hear({ type: 'usage', usage: subtractUsage(total, this.usage), isPast });
    this.usage = total;
  }
}

/** What tools gave for the answer before this request. */
export function resultsBefore({ request: { messages }, told }: RecordedTurn): readonly ToolMessage[] {
  const answer = messages.findLastIndex(({ role }) => role === 'assistant');
  return (told ?? messages.slice(answer + 1)).filter((message) => message.role === 'tool');
}

const isPast = true;
