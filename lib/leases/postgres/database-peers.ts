import { canonicalId } from '../../values/index.js';
import type { Client } from './client.js';
import type { DedicatedConnection, SessionUser } from './dedicated-connection.js';
import { PeerProcesses, type NotificationKind } from '../peer-processes.js';

const channel = 'nestor';
/** A payload may have 8,000 bytes; one piece of news has 37 and a comma. */
const largestPayload = 200;
/** The news that no run is named in. */
const limitsChanged = 'l';
const kinds: Readonly<Record<string, NotificationKind>> = { c: 'claimable', i: 'inbox', s: 'status' };

/**
 * News by LISTEN and NOTIFY over the dedicated connection.
 *
 * NOTIFY is not part of the statements that it tells of: commits with a NOTIFY in them wait for one another, each for
 * the disk, across the whole server (measured with 4 connections: 480 commits/s instead of 1,400), and the hint isn't
 * worth that. It follows them instead, many pieces of news in one statement that writes nothing and waits for no disk
 * (15,000/s). And while nobody else is there, nothing is said at all.
 */
export class DatabasePeers extends PeerProcesses implements SessionUser {
  private session: Client | undefined;
  private hasOthers = false;
  private wasLost = false;
  private waiting = new Set<string>();
  private flushing: Promise<void> | undefined;

  constructor(connection: DedicatedConnection) {
    super();
    connection.use(this);
  }

  get isListening(): boolean {
    return this.session !== undefined;
  }

  async begin(session: Client): Promise<void> {
    session.onNotification(({ payload }) => this.read(payload ?? ''));
    await session.query(`LISTEN ${channel}`);
    this.session = session;
    await this.send(['hello']);
    if (this.wasLost) this.receive({ kind: 'missed' });
  }

  lost(): void {
    this.session = undefined;
    this.wasLost = true;
    this.waiting.clear();
  }

  async closing(): Promise<void> {
    await this.flushing;
    this.session = undefined;
  }

  notify(kind: NotificationKind, runIds: readonly string[]): void {
    this.say(runIds.map((runId) => `${kind[0] ?? ''}${runId}`));
  }

  notifyOfLimits(): void {
    this.say([limitsChanged]);
  }

  private say(news: readonly string[]): void {
    if (!this.session || !this.hasOthers) return;
    for (const one of news) this.waiting.add(one);
    if (this.waiting.size > 0) this.flushing ??= this.flush();
  }

  private async flush(): Promise<void> {
    // One turn later: news of the same turn travels together, and so does what comes while a statement is on its way.
    await Promise.resolve();
    while (this.waiting.size > 0 && this.session) {
      const news = [...this.waiting];
      this.waiting.clear();
      const payloads: string[] = [];
      for (let at = 0; at < news.length; at += largestPayload)
        payloads.push(news.slice(at, at + largestPayload).join(','));
      // Lost with the connection: listeners also poll from time to time.
      await this.send(payloads).catch(() => undefined);
    }
    this.flushing = undefined;
  }

  private async send(payloads: string[]): Promise<void> {
    await this.session?.query(`SELECT pg_notify('${channel}', said) FROM unnest($1::text[]) said`, [
      payloads,
    ]);
  }

  private read(payload: string): void {
    this.hasOthers = true;
    // A process that has just come up has to learn that there are others.
    if (payload === 'hello') this.send(['here']).catch(() => undefined);
    if (payload === 'hello' || payload === 'here') return;
    for (const news of payload.split(',')) {
      if (news === limitsChanged) this.receive({ kind: 'limits' });
      const kind = kinds[news[0] ?? ''];
      const runId = canonicalId(news.slice(1));
      if (kind && runId !== undefined) this.receive({ kind, runId });
    }
  }
}
