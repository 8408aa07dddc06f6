import type { ModelTool, ModelToolCall, PartialOutput } from '../../models/index.js';
import type { LivePiece } from '../../events/index.js';
import type { RunRecord } from '../../workflow/index.js';
import type { AgentEventBody } from './agent-event.js';

/** What was heard of one call of an agent. */
export interface HeardCall {
  readonly call: string;
  readonly depth: number;
  agent: string;
  /** The last turn that is on record. */
  recorded: number;
  /** The turn of which pieces were heard. */
  turn: number;
  text: string;
  /** The answer is data. */
  isData: boolean;
  /** Of an answer that is data, while it comes. */
  partial: PartialOutput | undefined;
  reasoning: string;
  /** Of the last answer. */
  toolCalls: readonly ModelToolCall[];
  /** By their names. */
  tools: ReadonlyMap<string, ModelTool>;
}

/** A turn begins, or begins again. */
export function begin(heard: HeardCall, turn: number): void {
  heard.partial?.restart();
  Object.assign(heard, { turn, text: '', reasoning: '' });
}

/** Of whom an event of it tells. */
export function toldOf({ agent, call, depth }: HeardCall) {
  return { agent, call, depth };
}

/** What came of a call of the last answer. */
export function toolEvents(
  record: RunRecord<'call.completed' | 'call.failed'>,
  heard: HeardCall,
  index: number,
): readonly AgentEventBody[] {
  const asked = heard.toolCalls[index];
  const told = toldOf(heard);
  const { kind, name } = record.payload;
  if (!asked) return [];
  if (kind === 'handoff' && record.type === 'call.completed') {
    const from = heard.agent;
    heard.agent = name;
    return [{ type: 'handoff', from, to: name, ...told, agent: name }];
  }
  const result = record.type === 'call.completed' ? record.payload.result : record.payload.error.message;
  return [
    {
      type: 'tool.result',
      toolCallId: asked.id,
      name: asked.name,
      ...(result === undefined ? {} : { result }),
      isError: record.type === 'call.failed',
      ...told,
    },
  ];
}

/** How far a tool of its last answer has come. Nothing where that answer is not known, or is another one by now. */
export function progressOf(
  heard: HeardCall,
  { turn, index = 0, value = null }: LivePiece,
): readonly AgentEventBody[] {
  const asked = heard.recorded === turn ? heard.toolCalls[index] : undefined;
  if (!asked) return [];
  return [{ type: 'tool.progress', toolCallId: asked.id, name: asked.name, value, ...toldOf(heard) }];
}
