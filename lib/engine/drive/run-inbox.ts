import type { CommitEffects, InboxMessage, Journal } from '../../journal/index.js';

/** A held run's inbox: every message is told of once, however often the inbox is read before its removal is on disk. */
export class RunInbox {
  /** In the state, and still in the inbox. */
  private readonly pendingAck = new Set<string>();

  constructor(
    private readonly journal: Pick<Journal, 'inbox'>,
    private readonly runId: string,
    private unread: boolean,
  ) {}

  get isUnread(): boolean {
    return this.unread;
  }

  /** Whether the next commit takes anything out. */
  get hasPendingAck(): boolean {
    return this.pendingAck.size > 0;
  }

  /** Somebody may have left a message. */
  markUnread(): void {
    this.unread = true;
  }

  /** Messages that have come since the last time, oldest first. */
  async readNew(): Promise<InboxMessage[]> {
    if (!this.unread) return [];
    this.unread = false;
    const messages = await this.journal.inbox(this.runId);
    const fresh = messages.filter(({ id }) => !this.pendingAck.has(id));
    for (const { id } of fresh) this.pendingAck.add(id);
    return fresh;
  }

  /** What the next commit takes out of the inbox. */
  get consumed(): Pick<CommitEffects, 'consumed'> {
    return this.pendingAck.size === 0 ? {} : { consumed: [...this.pendingAck] };
  }

  /** That commit is on disk. */
  acknowledge(): void {
    this.pendingAck.clear();
  }
}
