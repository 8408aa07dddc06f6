export type { Conversation, ConversationMessage } from './conversation.js';
export { ConversationAccess } from './conversation-access.js';
export {
  type AppendedMessage,
  type ConversationFilter,
  ConversationService,
  type MessagesPage,
  type OpenConversationOptions,
} from './conversation.service.js';
export { conversationUse, conversationUseProblems } from './conversation-use.js';
export { ConversationThreads } from './conversation-threads.js';
export { type ConversationHolder, Conversations } from './conversations.js';
export { MemoryConversations } from './store/memory-conversations.js';
export { TypeOrmConversations } from './store/typeorm-conversations.js';
