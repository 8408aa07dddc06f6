import type { MessagePart } from '../content/index.js';
import type { JsonValue } from '../values/index.js';

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
}

/** A tool as a model sees it. */
export interface ExposedTool {
  /** Letters, digits, `_` and `-` only, which is all that vendors take. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input object. */
  readonly input: JsonValue;
}
