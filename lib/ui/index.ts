export type { FastifyReplyLike, HttpResponse } from './event-stream-response.js';
export { type PipeOptions, pipeUIMessageStream } from './pipe-ui-message-stream.js';
export { readUIMessages, type ReadUIMessagesOptions, type UIRequest } from './read-ui-messages.js';
export type { NestorFields, UIChunk } from './ui-chunk.js';
export type { UIDecision } from './ui-decisions.js';
export {
  type UIMessage,
  type UIMessagePart,
  uiMessagesOf,
  type UIMessagesOptions,
} from './ui-messages-of.js';
