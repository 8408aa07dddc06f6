export { bytesOfBase64 } from './base64.js';
export {
  type FilePart,
  type ImagePart,
  isMedia,
  type MediaPart,
  type MediaReference,
  type MediaSource,
  type SendableMedia,
} from './media-part.js';
export {
  type MessageContent,
  type MessagePart,
  messageParts,
  messageText,
  type ReasoningPart,
  type TextPart,
} from './message-content.js';
export type { Message, ModelToolCall, OpaqueContent } from './message.js';
export type { Passage, PassageSource, RetrievedPassage } from './passage.js';
export { isRole, readContent, type Role } from './read-content.js';
export { contentOfResult, isToolContent, type ToolContent, toolContent } from './tool-content.js';
