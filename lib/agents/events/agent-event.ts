import type { ErrorData } from '../../errors/index.js';
import type { JsonValue } from '../../values/index.js';
import type { AgentStop } from '../agent-stop.js';

/** Of whom an event tells. */
export interface AgentEventSource {
  /** The agent that has the conversation. */
  readonly agent: string;
  /** Names the call of the agent among those of the run. */
  readonly call: string;
  /** 0 for an agent that code has called, 1 for one that is a tool of it, and so on. */
  readonly depth: number;
}

/** What happens in a run of agents, as people want to see it. */
export type AgentEventBody =
  | (AgentEventSource &
      (
        | { readonly type: 'turn.started'; readonly turn: number }
        /** More of the answer. */
        | { readonly type: 'text'; readonly text: string }
        /** What is known already of an answer that is data: texts as far as they came. Not validated. */
        | { readonly type: 'output.partial'; readonly output: JsonValue }
        /** More of what the model thinks, where its vendor shows it. */
        | { readonly type: 'reasoning'; readonly text: string }
        /** What was said of the answer since the turn started is void: it begins again. */
        | { readonly type: 'restart' }
        | {
            readonly type: 'tool.called';
            readonly toolCallId: string;
            readonly name: string;
            /** Absent where the model did not write JSON. */
            readonly arguments?: JsonValue;
          }
        | {
            readonly type: 'tool.result';
            readonly toolCallId: string;
            readonly name: string;
            /** As the tool has given it; of a call that failed, what went wrong. */
            readonly result?: JsonValue;
            readonly isError: boolean;
          }
        | { readonly type: 'handoff'; readonly from: string; readonly to: string }
        /** A condition has stopped the loop. */
        | { readonly type: 'stopped'; readonly stop: AgentStop }
        | {
            readonly type: 'done';
            readonly output?: JsonValue;
            readonly text: string;
            readonly stop: AgentStop;
          }
      ))
  | {
      readonly type: 'review.requested';
      readonly reviewId: string;
      readonly kind: string;
      readonly title?: string;
      /** `tool refund` */
      readonly subject?: string;
      /** Of the tool call that waits for it. */
      readonly toolCallId?: string;
      readonly proposed?: JsonValue;
    }
  /** The run has failed, or was cancelled. */
  | { readonly type: 'failed'; readonly error: ErrorData };

/** An event with its place in the stream: `after` of a later subscription. */
export type AgentEvent = AgentEventBody & { readonly position: string };

export interface AgentEventOptions {
  /** `position` of the last event that the listener has: the stream continues behind it. @default from the beginning */
  readonly after?: string | undefined;
}
