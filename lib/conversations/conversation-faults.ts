import { ConversationBusyError, ConversationNotFoundError } from '../errors/index.js';

const longestShown = 255;

export function conversationNotFound(id: unknown): ConversationNotFoundError {
  const conversation = String(id).slice(0, longestShown);
  return new ConversationNotFoundError(
    `There is no conversation '${conversation}' of this principal. ConversationService.open({ id }) makes one; the principal is that of the request, or of the run.`,
    { details: { conversation } },
  );
}

/** @param runId of the run that answers in it */
export function conversationBusy(id: string, runId: string): ConversationBusyError {
  return new ConversationBusyError(
    `Run ${runId} answers in the conversation '${id}': wait for its end, cancel it, or tell it more by handle.sendMessage().`,
    { details: { conversation: id, runId } },
  );
}
