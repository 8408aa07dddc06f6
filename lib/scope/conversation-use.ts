/** In which conversation an agent, or a model, answers, and how much of it is shown. Plain JSON. */
export interface ConversationUse {
  /** As `ConversationService.open()` has given it, or was given. */
  readonly id: string;
  /** Most that is shown of what was said before. Whole exchanges are left out, the oldest first. @default all of it */
  readonly window?: ConversationWindow | undefined;
  /** Keeps a running summary of what is not shown any more. @default none */
  readonly summarize?: ConversationSummary | undefined;
  /** Id of the message that is the input now. @default a new one */
  readonly messageId?: string | undefined;
  /** Id of a message that the input takes the place of: it, and what was said after it, is removed first, if it is there. @default none */
  readonly replaces?: string | undefined;
}

export interface ConversationWindow {
  /** By estimate: a token for every three bytes of text. */
  readonly tokens: number;
}

export interface ConversationSummary {
  /** Alias, or `provider/model`. @default that of the agent */
  readonly model?: string | undefined;
  /** Tokens, by the same estimate, above which the older half goes into the summary. */
  readonly above: number;
}
