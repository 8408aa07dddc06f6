import type { Clock } from '../../clock/index.js';
import type { ConversationRow, MessageRow } from '../../database/index.js';
import { type MemoryConversation, type MemoryStore, writeToConversation } from '../../journal/index.js';
import type { WrittenMessage } from '../../scope/index.js';
import { newestPage, newId, type Page } from '../../values/index.js';
import {
  type ConversationHolder,
  type ConversationListing,
  Conversations,
  type CurrentHolder,
  type MessageRange,
  type NewConversation,
} from '../conversations.js';

/** Conversations where there is no database. Each change is synchronous, so it is atomic as a statement is. */
export class MemoryConversations extends Conversations {
  constructor(
    private readonly store: MemoryStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  async open({ title, metadata, ...rest }: NewConversation): Promise<ConversationRow> {
    const known = await this.find(rest.tenant, rest.id);
    if (known) return known;
    const now = new Date(this.clock.now());
    const row: ConversationRow = {
      ...rest,
      title: title ?? null,
      metadata: metadata ?? null,
      lastPosition: 0,
      summary: null,
      summaryUntil: null,
      heldBy: null,
      heldCall: null,
      createdAt: now,
      updatedAt: now,
    };
    this.store.conversations.set(rest.key, { row, messages: [] });
    return { ...row };
  }

  async find(tenant: string, id: string): Promise<ConversationRow | undefined> {
    const found = [...this.store.conversations.values()].find(
      ({ row }) => row.tenant === tenant && row.id === id,
    );
    return found && { ...found.row };
  }

  async list({ tenant, owner, ...page }: ConversationListing): Promise<Page<ConversationRow>> {
    const found = [...this.store.conversations.values()]
      .map(({ row }) => ({ ...row }))
      .filter((row) => row.tenant === tenant && row.owner === owner);
    return newestPage(found, page, ({ updatedAt, key }) => ({ at: updatedAt.toISOString(), id: key }));
  }

  async messages(key: string, { after = 0, until = Infinity, limit }: MessageRange = {}) {
    return this.said(key)
      .filter(({ position }) => position > after && position <= until)
      .slice(0, limit)
      .map(copyOf);
  }

  async message(key: string, id: string): Promise<MessageRow | undefined> {
    const found = this.said(key).find((message) => message.id === id);
    return found && copyOf(found);
  }

  async append(key: string, messages: readonly WrittenMessage[]): Promise<boolean> {
    const conversation = this.store.conversations.get(key);
    if (!conversation) return false;
    const known = new Set(conversation.messages.map(({ id }) => id));
    const fresh = messages.filter(({ id }) => !known.has(id));
    const write = { conversation: key, call: newId(), messages: fresh };
    writeToConversation(this.store, '', write, this.clock.now());
    conversation.messages = conversation.messages.map((one) =>
      one.call === write.call ? { ...one, call: null, runId: null } : one,
    );
    return true;
  }

  async truncate(key: string, after: number): Promise<void> {
    this.change(key, (conversation) => {
      const { row } = conversation;
      conversation.messages = conversation.messages.filter(({ position }) => position <= after);
      if ((row.summaryUntil ?? 0) > after) Object.assign(row, { summary: null, summaryUntil: null });
      row.updatedAt = new Date(this.clock.now());
    });
  }

  async delete(key: string): Promise<void> {
    this.store.conversations.delete(key);
    this.store.blobs.delete(key);
  }

  async holder(key: string, by?: ConversationHolder): Promise<CurrentHolder | undefined> {
    const conversation = this.store.conversations.get(key);
    if (!conversation) return undefined;
    const { row, messages } = conversation;
    const { heldBy, heldCall } = row;
    const holding = heldBy === null ? undefined : this.store.runs.get(heldBy)?.row;
    return {
      heldBy,
      heldCall,
      hasEnded: !holding || holding.finishedAt !== null,
      isAbove: heldBy !== null && by !== undefined && this.isAbove(heldBy, by.runId),
      hasSaid: by !== undefined && messages.some(({ call }) => call === by.call),
    };
  }

  async take(key: string, seen: CurrentHolder, by: ConversationHolder): Promise<boolean> {
    const { row, messages } = this.store.conversations.get(key) ?? {};
    if (!row || row.heldBy !== seen.heldBy || row.heldCall !== seen.heldCall) return false;
    if (messages?.some(({ call }) => call === by.call)) return false;
    Object.assign(row, { heldBy: by.runId, heldCall: by.call });
    return true;
  }

  async release(key: string, call: string): Promise<void> {
    this.change(key, ({ row }) => {
      if (row.heldCall === call) Object.assign(row, { heldBy: null, heldCall: null });
    });
  }

  async summarize(key: string, summary: string, until: number): Promise<void> {
    this.change(key, ({ row }) => {
      if ((row.summaryUntil ?? 0) < until) Object.assign(row, { summary, summaryUntil: until });
    });
  }

  private change(key: string, how: (conversation: MemoryConversation) => void): void {
    const conversation = this.store.conversations.get(key);
    if (conversation) how(conversation);
  }

  private said(key: string): readonly MessageRow[] {
    return this.store.conversations.get(key)?.messages ?? [];
  }

  private isAbove(above: string, runId: string): boolean {
    const parent = this.store.runs.get(runId)?.row.parentRunId ?? null;
    return parent !== null && (parent === above || this.isAbove(above, parent));
  }
}

/** Nobody changes what is kept. */
function copyOf(row: MessageRow): MessageRow {
  return structuredClone(row);
}
