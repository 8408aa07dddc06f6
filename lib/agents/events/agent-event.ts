import type { ErrorData } from '../../errors/index.js';
import type { JsonValue } from '../../values/index.js';
import type { Choice, ReviewKind, Wait } from '../../workflow/index.js';
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
        | {
            readonly type: 'text';
            readonly text: string;
            /** The answer is data, as the agent's `static output` describes it. */
            readonly isData?: true;
          }
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
            /** The user's client has to perform it: a `review.requested` of the kind `answer` follows, which takes the result. */
            readonly performedBy?: 'client';
          }
        /** How far a tool has come, as it says itself. */
        | {
            readonly type: 'tool.progress';
            readonly toolCallId: string;
            readonly name: string;
            readonly value: JsonValue;
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
      readonly kind: ReviewKind;
      readonly choices: readonly Choice[];
      readonly title?: string;
      /** `tool refund` */
      readonly subject?: string;
      /** Of the tool call that waits for it. */
      readonly toolCallId?: string;
      /** The call of the agent that has asked for that. */
      readonly call?: string;
      readonly proposed?: JsonValue;
      /** The current principal, when the events were asked for, is among those who may. */
      readonly mayDecide: boolean;
      /** Who may: anybody, where both are empty. */
      readonly waitingFor: { readonly roles: readonly string[]; readonly users: readonly string[] };
    }
  | {
      readonly type: 'review.decided';
      readonly reviewId: string;
      readonly choice: Choice;
      /** Absent where its time was over. */
      readonly by?: string;
      /** What was written in place of the proposal. */
      readonly value?: JsonValue;
      readonly toolCallId?: string;
      readonly call?: string;
    }
  /** Nothing goes on until one of these is over. */
  | { readonly type: 'waiting'; readonly waits: readonly Wait[] }
  /** The run has failed, or was cancelled. */
  | { readonly type: 'failed'; readonly error: ErrorData };

/** An event with its place in the stream: `after` of a later subscription. */
export type AgentEvent = AgentEventBody & { readonly position: string };

export interface AgentEventOptions {
  /** `position` of the last event that the listener has: the stream continues behind it. @default from the beginning */
  readonly after?: string | undefined;
}
