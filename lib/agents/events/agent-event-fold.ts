import type { LivePiece } from '../../events/index.js';
import { type ModelAnswer, type ModelTool, PartialOutput } from '../../models/index.js';
import { turnParts } from '../../scope/index.js';
import { given, type Principal } from '../../values/index.js';
import type { RunRecord } from '../../workflow/index.js';
import type { RecordedAgentResult } from '../agent-result.js';
import type { AgentStop } from '../agent-stop.js';
import type { AgentEventBody } from './agent-event.js';
import { begin, type HeardCall, progressOf, toldOf, toolEvents } from './heard-call.js';
import { ReviewEvents } from './review-events.js';

/** What a turn puts on record of its request, as far as it is told. */
interface TurnRequest {
  readonly agent?: string;
  readonly tools?: readonly ModelTool[];
  /** Of an answer that is data. */
  readonly output?: unknown;
  readonly stop?: AgentStop;
  /** How many agents it is inside of. */
  readonly level?: number;
}

/** What a record tells, and its place among all that it may tell. The place does not depend on what was heard before. */
export interface RecordedEvent {
  readonly slot: number;
  readonly body: AgentEventBody;
}

/** The slots of a turn. Its tool calls come behind them. */
const slots = { void: 1, stopped: 2, started: 3, reasoning: 4, restart: 5, text: 6 } as const;

/** Makes events for people of the records of a run, and of what its agents are saying meanwhile. Each text is told once. */
export class AgentEventFold {
  private readonly calls = new Map<string, HeardCall>();

  private readonly reviews: ReviewEvents;

  private wasInside = false;

  /** @param listener who is told: whether they may decide reviews */
  constructor(listener: Principal | undefined) {
    this.reviews = new ReviewEvents(listener);
  }

  /** A listener has heard pieces of a turn that are not known here: its answer is told again from the beginning. */
  heardUnknown(): void {
    this.wasInside = true;
  }

  record(record: RunRecord): readonly RecordedEvent[] {
    this.reviews.heard(record);
    switch (record.type) {
      case 'call.completed':
      case 'call.failed':
        return this.callRecord(record);
      case 'review.requested':
        return inOrder([this.reviews.requested(record, this.askedFor(record)?.id)]);
      case 'review.decided':
        return inOrder([this.reviews.decided(record)]);
      case 'review.expired':
        return inOrder([this.reviews.expired(record)]);
      case 'run.waiting':
        return inOrder([{ type: 'waiting', waits: record.payload.waits }]);
      case 'run.failed':
        return inOrder([{ type: 'failed', error: record.payload.error }]);
      case 'run.cancelled': {
        const { reason } = record.payload;
        const error = { name: 'RunCancelledError', code: 'RUN_CANCELLED', message: reason } as const;
        return inOrder([{ type: 'failed', error }]);
      }
      default:
        return [];
    }
  }

  piece(piece: LivePiece): readonly AgentEventBody[] {
    const { type, call, agent, level, turn, text = '', isData } = piece;
    const heard = this.heard(call, agent, level);
    if (type === 'progress') return progressOf(heard, piece);
    // It is on record already, and was told from there.
    if (turn <= heard.recorded) return [];
    const told = toldOf(heard);
    switch (type) {
      case 'started': {
        const isAgain = heard.turn === turn || this.wasInside;
        this.wasInside = false;
        heard.agent = agent;
        heard.isData = isData === true;
        heard.partial = isData ? new PartialOutput() : undefined;
        begin(heard, turn);
        return [
          ...(isAgain ? [{ type: 'restart' as const, ...toldOf(heard) }] : []),
          { type: 'turn.started', turn, ...toldOf(heard) },
        ];
      }
      case 'text':
        heard.text += text;
        return [textOf(text, heard), ...partialOf(heard, text)];
      case 'reasoning':
        heard.reasoning += text;
        return [{ type: 'reasoning', text, ...told }];
      case 'restart': {
        const isVoid = heard.text + heard.reasoning === '';
        begin(heard, turn);
        return isVoid ? [] : [{ type: 'restart', ...told }];
      }
    }
  }

  /** The tool call that waits. */
  private askedFor({ payload: { position, within } }: RunRecord<'review.requested'>) {
    const [, index] = position ?? [];
    const heard = within === undefined ? undefined : this.calls.get(within);
    return index === undefined ? undefined : heard?.toolCalls[index];
  }

  private callRecord(record: RunRecord<'call.completed' | 'call.failed'>): readonly RecordedEvent[] {
    const { kind, position, within } = record.payload;
    const [turn, part] = position ?? [];
    if (kind === 'model' && turn !== undefined && within !== undefined)
      return record.type === 'call.completed'
        ? this.turnRecord(record, within, turn, part)
        : inOrder(this.failedTurn(within, turn));
    const events: AgentEventBody[] = [];
    if (kind === 'agent' && record.type === 'call.completed') events.push(...this.ended(record));
    const asking = within === undefined ? undefined : this.calls.get(within);
    if (asking && kind !== 'once' && part !== undefined) events.push(...toolEvents(record, asking, part));
    return inOrder(events);
  }

  private turnRecord(
    record: RunRecord<'call.completed'>,
    call: string,
    turn: number,
    part: number | undefined,
  ): readonly RecordedEvent[] {
    if (part === turnParts.summary) return [];
    // What an agent has put on record.
    const request = (record.payload.arguments ?? {}) as unknown as TurnRequest;
    const answer = record.payload.result as unknown as ModelAnswer;
    const { agent, level, tools, stop, output } = request;
    const heard = this.heard(call, agent, level);
    if (agent !== undefined) heard.agent = agent;
    heard.isData = output !== undefined;
    // On record where they are others than before.
    if (tools) heard.tools = new Map(tools.map((tool) => [tool.name, tool]));
    const told = toldOf(heard);
    const isRepair = part === turnParts.repair;
    const isStarted = heard.turn === turn || isRepair;
    const isVoid = this.wasInside || isRepair;
    const events: RecordedEvent[] = [];
    const tell = (slot: number, body: AgentEventBody) => events.push({ slot, body });
    if (isVoid) tell(slots.void, { type: 'restart', ...told });
    if (isVoid || !isStarted) begin(heard, turn);
    this.wasInside = false;
    if (part === turnParts.last && stop) tell(slots.stopped, { type: 'stopped', stop, ...told });
    if (!isStarted) tell(slots.started, { type: 'turn.started', turn, ...told });
    if (heard.reasoning === '' && answer.reasoning)
      tell(slots.reasoning, { type: 'reasoning', text: answer.reasoning, ...told });
    if (!answer.text.startsWith(heard.text)) {
      tell(slots.restart, { type: 'restart', ...told });
      heard.text = '';
    }
    const rest = answer.text.slice(heard.text.length);
    if (rest !== '') tell(slots.text, textOf(rest, heard));
    heard.recorded = turn;
    heard.toolCalls = answer.toolCalls;
    for (const [index, { id, name, arguments: args }] of answer.toolCalls.entries()) {
      const { handoff, performedBy } = heard.tools.get(name) ?? {};
      if (handoff === undefined)
        tell(slots.text + 1 + index, {
          type: 'tool.called',
          toolCallId: id,
          name,
          ...given({ arguments: args, performedBy }),
          ...told,
        });
    }
    return events;
  }

  /** What was said of it is void. */
  private failedTurn(call: string, turn: number): readonly AgentEventBody[] {
    const heard = this.calls.get(call);
    if (!heard || heard.turn !== turn || heard.text + heard.reasoning === '') return [];
    begin(heard, turn);
    return [{ type: 'restart', ...toldOf(heard) }];
  }

  private ended({ payload }: RunRecord<'call.completed'>): readonly AgentEventBody[] {
    // What the call of an agent has put there; one that is a tool gives its output alone.
    const result = payload.result as unknown as Partial<RecordedAgentResult> | undefined;
    const heard = this.heard(payload.key, payload.name);
    if (typeof result?.text !== 'string' || !result.stop) return [];
    const output = result.output as Extract<AgentEventBody, { type: 'done' }>['output'];
    return [
      {
        type: 'done',
        ...(output === undefined ? {} : { output }),
        text: result.text,
        stop: result.stop,
        ...toldOf(heard),
      },
    ];
  }

  private heard(call: string, agent = '', depth = 0): HeardCall {
    const known = this.calls.get(call);
    if (known) return known;
    const heard: HeardCall = {
      call,
      depth,
      agent,
      recorded: 0,
      turn: 0,
      text: '',
      partial: undefined,
      reasoning: '',
      isData: false,
      toolCalls: [],
      tools: new Map(),
    };
    this.calls.set(call, heard);
    return heard;
  }
}

function textOf(text: string, heard: HeardCall): AgentEventBody {
  return { type: 'text', text, ...(heard.isData ? { isData: true } : {}), ...toldOf(heard) };
}

function partialOf(heard: HeardCall, text: string): readonly AgentEventBody[] {
  const output = heard.partial?.add(text);
  return output === undefined ? [] : [{ type: 'output.partial', output, ...toldOf(heard) }];
}

function inOrder(bodies: readonly AgentEventBody[]): readonly RecordedEvent[] {
  return bodies.map((body, index) => ({ slot: index + 1, body }));
}
