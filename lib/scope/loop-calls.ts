/** What of the turns of one number is not a turn of its own: the last request, the repair of an output, a summary of what came before. */
export const turnParts = { last: 1, repair: 2, summary: 3 } as const;

/** Names of the calls that read a conversation and write to it. */
export const conversationCalls = { opened: 'conversation', appended: 'conversation.append' } as const;
