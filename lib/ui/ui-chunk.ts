import type { JsonValue } from '../values/index.js';

/** What Nestor tells in the fields that the AI SDK leaves to others. */
export interface NestorFields {
  readonly nestor: { readonly [field: string]: JsonValue };
}

/**
 * A chunk of the UI message stream, version 1: those that versions 6 and 7 of the AI SDK share, with the fields that are used here.
 * Source: `uiMessageChunkSchema` of `ai` 6.0.325 and 7.0.173, https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol
 */
export type UIChunk =
  | { readonly type: 'start'; readonly messageId: string; readonly messageMetadata: NestorFields }
  | { readonly type: 'start-step' | 'finish-step' }
  | { readonly type: 'text-start' | 'reasoning-start'; readonly id: string }
  | { readonly type: 'text-delta' | 'reasoning-delta'; readonly id: string; readonly delta: string }
  | {
      readonly type: 'text-end' | 'reasoning-end';
      readonly id: string;
      readonly providerMetadata?: NestorFields;
    }
  | {
      readonly type: 'tool-input-available';
      readonly toolCallId: string;
      readonly toolName: string;
      readonly input: JsonValue;
      readonly toolMetadata?: NestorFields;
    }
  | {
      readonly type: 'tool-input-error';
      readonly toolCallId: string;
      readonly toolName: string;
      readonly input: JsonValue;
      readonly errorText: string;
    }
  | { readonly type: 'tool-approval-request'; readonly approvalId: string; readonly toolCallId: string }
  | {
      readonly type: 'tool-output-available';
      readonly toolCallId: string;
      readonly output: JsonValue;
      /** It is not the result yet. */
      readonly preliminary?: true;
      readonly toolMetadata?: NestorFields;
    }
  | { readonly type: 'tool-output-error'; readonly toolCallId: string; readonly errorText: string }
  | { readonly type: 'tool-output-denied'; readonly toolCallId: string }
  | { readonly type: `data-${string}`; readonly id: string; readonly data: JsonValue }
  | { readonly type: 'error'; readonly errorText: string }
  | { readonly type: 'abort'; readonly reason?: string }
  | {
      readonly type: 'finish';
      readonly finishReason: 'stop' | 'tool-calls' | 'error';
      readonly messageMetadata: NestorFields;
    };
