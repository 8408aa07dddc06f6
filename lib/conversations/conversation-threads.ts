import { Injectable } from '@nestjs/common';
import type { ConversationRow, MessageRow } from '../database/index.js';
import type { WrittenMessage } from '../scope/index.js';
import { ConversationAccess } from './conversation-access.js';
import { conversationBusy } from './conversation-faults.js';
import { answeringRun, type ConversationHolder, Conversations, type MessageRange } from './conversations.js';

/** How often a hold is tried again that somebody else has taken at the same moment. */
const tries = 5;

/** Lets calls of runs answer in conversations, one run at a time. */
@Injectable()
export class ConversationThreads {
  constructor(
    private readonly conversations: Conversations,
    private readonly access: ConversationAccess,
  ) {}

  /**
   * Takes a conversation for a call. It is free again when the call, or its run, has ended; calls below it, also those of runs
   * that it sets in motion, answer in it as well.
   * @throws {ConversationNotFoundError} {ConversationBusyError} if another run answers in it
   */
  async hold(id: string, by: ConversationHolder): Promise<ConversationRow> {
    const row = await this.access.find(id, 'write');
    for (let left = tries; ; left--) {
      const seen = await this.conversations.holder(row.key, by);
      // It is gone since: what is said is kept with the run alone.
      // What was begun again after its end, by a process that has died or lives on, holds nothing.
      if (!seen || seen.hasSaid) return row;
      const isOwn = seen.heldBy === by.runId || seen.isAbove;
      if (isOwn && !seen.hasEnded) return row;
      if (seen.heldBy !== null && (!seen.hasEnded || left === 0)) throw conversationBusy(id, seen.heldBy);
      if (await this.conversations.take(row.key, seen, by)) return row;
    }
  }

  /** For code that is in no run. @throws {ConversationNotFoundError} {ConversationBusyError} if a run answers in it */
  async free(id: string): Promise<ConversationRow> {
    const row = await this.access.find(id, 'write');
    const runId = answeringRun(await this.conversations.holder(row.key));
    if (runId !== undefined) throw conversationBusy(id, runId);
    return row;
  }

  /** The run that answers in it, if one does. @throws {ConversationNotFoundError} */
  async activeRun(id: string): Promise<string | undefined> {
    const row = await this.access.find(id, 'read');
    return answeringRun(await this.conversations.holder(row.key));
  }

  /** What is told of it: a summary of its beginning, where there is one, and what was said since. @throws {ConversationNotFoundError} */
  async read(id: string): Promise<{ readonly summary: string | null; readonly rows: MessageRow[] }> {
    const { key, summary, summaryUntil } = await this.access.find(id, 'read');
    return { summary, rows: await this.conversations.messages(key, { after: summaryUntil ?? 0 }) };
  }

  /** The position of a message. */
  async positionOf(key: string, message: string): Promise<number | undefined> {
    return (await this.conversations.message(key, message))?.position;
  }

  /** Removes what follows a position. */
  truncate(key: string, after: number): Promise<void> {
    return this.conversations.truncate(key, after);
  }

  /** What was said outside any run. Where the conversation is gone, nothing is written. */
  async add(key: string, messages: readonly WrittenMessage[]): Promise<void> {
    await this.conversations.append(key, messages);
  }

  /** It comes to nothing: others may answer. */
  release(key: string, call: string): Promise<void> {
    return this.conversations.release(key, call);
  }

  said(key: string, range: MessageRange): Promise<MessageRow[]> {
    return this.conversations.messages(key, range);
  }

  summarize(key: string, summary: string, until: number): Promise<void> {
    return this.conversations.summarize(key, summary, until);
  }
}
