import { OrchestrationError } from '../orchestration-error.js';

/** No conversation has that id, or it is not one of the principal's. */
export class ConversationNotFoundError extends OrchestrationError {
  readonly code = 'CONVERSATION_NOT_FOUND';
}

/** Another run answers in the conversation. */
export class ConversationBusyError extends OrchestrationError {
  readonly code = 'CONVERSATION_BUSY';
}
