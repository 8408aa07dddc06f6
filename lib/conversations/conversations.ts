import type { ConversationRow, MessageRow } from '../database/index.js';
import type { WrittenMessage } from '../scope/index.js';
import type { JsonValue, Page } from '../values/index.js';

export interface NewConversation {
  readonly key: string;
  readonly tenant: string;
  readonly owner: string;
  readonly id: string;
  readonly title?: string | undefined;
  readonly metadata?: JsonValue | undefined;
}

/** Whose conversations are listed, and from where. */
export interface ConversationListing {
  readonly tenant: string;
  readonly owner: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Messages by their positions. */
export interface MessageRange {
  /** Exclusive. @default 0 */
  readonly after?: number | undefined;
  /** Inclusive. @default the last one */
  readonly until?: number | undefined;
  /** @default all */
  readonly limit?: number | undefined;
}

/** The run, and its call, that answers in a conversation. */
export interface ConversationHolder {
  readonly runId: string;
  readonly call: string;
}

/** Who answers in a conversation, as a run sees it that wants to. */
export interface CurrentHolder {
  readonly heldBy: string | null;
  readonly heldCall: string | null;
  /** That run has ended, or is gone. */
  readonly hasEnded: boolean;
  /** The run that asks was set in motion by that run, over however many others. */
  readonly isAbove: boolean;
  /** The call that asks has said what it had to say: it holds nothing any more. */
  readonly hasSaid: boolean;
}

/** The run that answers just now, if one does. */
export function answeringRun(seen: CurrentHolder | undefined): string | undefined {
  return seen && !seen.hasEnded ? (seen.heldBy ?? undefined) : undefined;
}

/** Where conversations are kept. Nothing here asks whose they are. */
export abstract class Conversations {
  /** The one that is there under that id, or a new one. */
  abstract open(conversation: NewConversation): Promise<ConversationRow>;
  abstract find(tenant: string, id: string): Promise<ConversationRow | undefined>;
  /** Those in which something was said last come first. */
  abstract list(listing: ConversationListing): Promise<Page<ConversationRow>>;
  /** In their order. */
  abstract messages(key: string, range?: MessageRange): Promise<MessageRow[]>;
  abstract message(key: string, id: string): Promise<MessageRow | undefined>;
  /** Puts messages at its end. False if it is not there. */
  abstract append(key: string, messages: readonly WrittenMessage[]): Promise<boolean>;
  /** Removes what follows a position, and a summary that tells of any of it. */
  abstract truncate(key: string, after: number): Promise<void>;
  /** With its messages, and what these refer to. */
  abstract delete(key: string): Promise<void>;
  /** Who answers in it; undefined if it is not there. @param by who wants to; without it, somebody in no run */
  abstract holder(key: string, by?: ConversationHolder): Promise<CurrentHolder | undefined>;
  /** Takes its hold, if it is still as it was seen, and the call has said nothing yet. */
  abstract take(key: string, seen: CurrentHolder, by: ConversationHolder): Promise<boolean>;
  /** Ends the hold of a call, if it has it. */
  abstract release(key: string, call: string): Promise<void>;
  /** @param until position of the last message that the summary tells of */
  abstract summarize(key: string, summary: string, until: number): Promise<void>;
}
