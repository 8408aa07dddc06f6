export { ConversationMedia } from './conversation-media.js';
