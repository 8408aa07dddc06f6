import type { MessagePart } from '../../content/index.js';
import type { JsonValue } from '../../values/index.js';

/** A tool call that a model asks for. `arguments` is undefined where the model did not write valid JSON; `raw` is what it wrote. */
export interface RequestedToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments?: JsonValue;
  readonly raw: string;
}

/** What came of it: what the model is told. There is one for every requested call, also for a refused one. */
export interface PerformedToolCall {
  readonly id: string;
  /** The tool's own name. */
  readonly name: string;
  readonly arguments?: JsonValue;
  /** The result, or what went wrong, as text. */
  readonly content: string;
  /** Of a `toolContent`: all that the model is shown. */
  readonly parts?: readonly MessagePart[];
  readonly isError: boolean;
  /** It has handed the conversation over. */
  readonly handoff?: PerformedHandoff;
}

export interface PerformedHandoff {
  /** Name of the agent that has the conversation now. */
  readonly to: string;
  /** What it is given as its input. */
  readonly passed?: JsonValue | undefined;
}

/** One of the calls of an answer, and its place among them. */
export interface PlacedToolCall {
  readonly call: RequestedToolCall;
  readonly index: number;
  /** The agent to which it hands the conversation over. */
  readonly handoff?: string;
  /** Another call of the answer hands the conversation over already. */
  readonly isSurplus?: boolean;
}

/** A tool as a model sees it. */
export interface ExposedTool {
  /** Letters, digits, `_` and `-` only, which is all that vendors take. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input object. */
  readonly input: JsonValue;
  /** The agent to which it hands the conversation over. */
  readonly handoff?: string;
  /** The user's client performs it. */
  readonly performedBy?: 'client';
}
