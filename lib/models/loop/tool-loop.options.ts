import type { ConversationMedia } from '../../media/index.js';
import type { PerformedHandoff, PerformedToolCall, ToolSet } from '../../tools/index.js';
import type { JsonValue, Usage } from '../../values/index.js';
import type { ModelRequest } from '../provider/model-provider.js';
import type { Dialogue } from './dialogue.js';
import type { ModelTurns, Turn, TurnRequest } from './model-turns.js';
import type { LoopStop, StopConditions } from './stop/stop-condition.js';

export interface ToolLoopOptions {
  readonly turns: Pick<ModelTurns, 'ask' | 'retract'>;
  readonly conversation: Dialogue;
  readonly toolSet: ToolSet | undefined;
  readonly media: ConversationMedia;
  /** Most tool calls of one answer that are performed at the same time. */
  readonly parallelToolCalls: number;
  /** `required`, and a named tool, hold for the first turn. */
  readonly toolChoice: ModelRequest['toolChoice'];
  /** Number of it. @default 1 */
  readonly firstTurn?: number;
  /** The first that says so ends the loop. They have heard what is past. */
  readonly conditions: StopConditions;
  /** Whether tool calls are known by their place, turn and index, so that they are found again whatever is asked. @default false */
  readonly byPosition?: boolean;
  /** Of the agent whose loop it is. */
  readonly agent?: string;
  /** Most tokens of each answer. */
  readonly maxTokens: number;
  /** Whether an answer may not be acted upon. */
  isIncomplete(turn: Turn): boolean;
  /** Changes a request before it is sent. @default it is sent as it is */
  beforeTurn?(request: TurnRequest): TurnRequest | Promise<TurnRequest>;
  /** Why there must not be another turn. @default there may be */
  mayAsk?(number: number): Promise<LoopStop | undefined>;
  /** What was used since it was asked last, up to the answer of that turn. @default what the turn has used */
  spent?(number: number): Usage;
  /** Another agent takes the conversation over: from then on these options are its own. @returns why the loop stops with that */
  handOff?(handoff: PerformedHandoff, number: number): Promise<LoopStop | undefined>;
  /** Tells listeners how far a call of the answer of that turn has come. @default nobody is told */
  progress?(number: number, index: number, value: JsonValue): void;
  /** Results as the model is told of them. @default as they are */
  fitting?(results: readonly PerformedToolCall[]): readonly PerformedToolCall[];
}

/**
 * `stopped`: a condition ended it, behind a turn whose tool calls were not all performed, or before a turn for which not
 * enough is left. `number`: of the last turn; `performed`: how many of its tool calls were.
 */
export type LoopOutcome =
  { readonly kind: 'answered'; readonly number: number; readonly turn: Turn } | StoppedLoop;

export interface StoppedLoop {
  readonly kind: 'stopped';
  readonly number: number;
  /** Absent where it was stopped before its first turn. */
  readonly turn: Turn | undefined;
  readonly performed: number;
  readonly stop: LoopStop;
}

/** Where a loop is taken up again: an answer that is on record, and what has not been done about it. */
export interface LoopPosition {
  readonly number: number;
  /** Absent where the loop was stopped before its first turn. */
  readonly turn: Turn | undefined;
  /** The answer before it was not whole, and the model was told so. */
  readonly wasFedBack?: boolean;
  /** It was stopped there, and may go on: what of its calls were performed are told already. */
  readonly performed?: number;
  /** It was stopped there once so many calls were performed, and that is on record. */
  readonly stopped?: { readonly performed: number; readonly stop: LoopStop } | undefined;
}
