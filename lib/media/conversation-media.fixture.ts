import { type BlobStore, MemoryBlobStore, MemoryStore } from '../journal/index.js';
import { defaultMediaLimit } from '../values/index.js';
import { ConversationMedia } from './conversation-media.js';

/** Of a new conversation, over bytes in memory. */
export function conversationMedia(
  blobs: BlobStore = new MemoryBlobStore(new MemoryStore()),
): ConversationMedia {
  return new ConversationMedia(blobs, defaultMediaLimit);
}
