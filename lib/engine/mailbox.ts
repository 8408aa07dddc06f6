import type { InboxMessage, Journal } from '../journal/index.js';

/** A held run's inbox: every message is told of once, however often the inbox is read before its removal is on disk. */
export class Mailbox {
  /** In the state, and still in the inbox. */
  private readonly noted = new Set<string>();

  constructor(
    private readonly journal: Pick<Journal, 'inbox'>,
    private readonly runId: string,
    private unread: boolean,
  ) {}

  get isUnread(): boolean {
    return this.unread;
  }

  /** Whether the next commit takes anything out. */
  get isNoted(): boolean {
    return this.noted.size > 0;
  }

  /** Somebody may have left a message. */
  ring(): void {
    this.unread = true;
  }

  /** Messages that have come since the last time, oldest first. */
  async collect(): Promise<InboxMessage[]> {
    if (!this.unread) return [];
    this.unread = false;
    const messages = await this.journal.inbox(this.runId);
    const fresh = messages.filter(({ id }) => !this.noted.has(id));
    for (const { id } of fresh) this.noted.add(id);
    return fresh;
  }

  /** What the next commit takes out of the inbox. */
  get taken(): { readonly taken?: readonly string[] } {
    return this.noted.size === 0 ? {} : { taken: [...this.noted] };
  }

  /** That commit is on disk. */
  settle(): void {
    this.noted.clear();
  }
}
