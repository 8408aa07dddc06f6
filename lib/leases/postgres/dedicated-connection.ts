import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { isSingleProcess } from '../../database/index.js';
import { errorMessage, logSafely } from '../../errors/index.js';
import { type Client, openClient } from './client.js';

/** What lives as long as the connection does: the worker's lock, the subscription to notifications. */
export interface SessionUser {
  /** There is a new session. If this fails, the session is given up and another one comes. */
  begin(session: Client): Promise<void>;
  /** The session is gone. */
  lost(): void;
  /** The session is about to be closed on purpose. */
  closing?(): Promise<void>;
}

/** Thrown by a user who finds that the session isn't really one: the connection is then never opened again. */
export class SharedSessionError extends Error {}

/** Milliseconds. */
const firstDelay = 100;
const longestDelay = 5_000;
/** How long a boot waits for it: it is a comfort, and goes on trying afterwards. */
const longestOpening = 3_000;

/**
 * One connection beside the pool, whose session is this process's own: its end tells the others at once that the process
 * is gone, and notifications arrive by it. It comes back by itself when it breaks.
 *
 * There is none on the in-process Postgres (one session for everybody), and none where a pooler is between, which
 * hands sessions from one client to the next: there the heartbeat alone speaks for a worker, and polling takes the
 * place of notifications.
 */
export class DedicatedConnection {
  /** By the monotonic clock, when it last broke. */
  brokenAt = Number.NEGATIVE_INFINITY;
  private readonly users: SessionUser[] = [];
  private session: Client | undefined;
  private isWanted = false;
  private isRefused = false;
  private isBroken = false;
  private delay = firstDelay;
  private timer: NodeJS.Timeout | undefined;
  /** Signs of life that were asked for and have not come yet. */
  private unanswered = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly options: { readonly enabled?: boolean } = {},
  ) {}

  use(user: SessionUser): void {
    this.users.push(user);
  }

  /** Opens it, unless it is open or must not be. Never rejects: it goes on trying. */
  async open(): Promise<void> {
    if (
      this.isWanted ||
      this.isRefused ||
      this.options.enabled === false ||
      (await isSingleProcess(this.dataSource))
    )
      return;
    this.isWanted = true;
    await Promise.race([this.connect(), pause(longestOpening, undefined, { ref: false })]);
  }

  async close(): Promise<void> {
    if (!this.isWanted) return;
    this.isWanted = false;
    clearTimeout(this.timer);
    if (this.session) await Promise.all(this.users.map((user) => user.closing?.().catch(() => undefined)));
    const { session } = this;
    this.session = undefined;
    await session?.end();
  }

  /** Asks for a sign of life. A session that has not answered twice is given up: a cut cable says nothing by itself. */
  ping(): void {
    const { session } = this;
    if (!session) return;
    if (this.unanswered >= 2) return session.destroy();
    this.unanswered++;
    void session.isItself().then(
      (isItself) => {
        this.unanswered = 0;
        if (!isItself) this.refuse(session, 'the server process behind it has changed');
      },
      () => session.destroy(),
    );
  }

  private async connect(): Promise<void> {
    // The application has ended without saying so: nobody is left to speak for.
    if (!this.dataSource.isInitialized) return;
    const session = openClient(this.dataSource, () => this.lost(session));
    try {
      await session.connect();
      if (!(await session.isItself()))
        throw new SharedSessionError('another server process answers than said hello');
      this.session = session;
      for (const user of this.users) await user.begin(session);
      this.unanswered = 0;
      this.delay = firstDelay;
      if (this.isBroken) logSafely('log', 'The dedicated connection to the database is back.');
      this.isBroken = false;
      if (!this.isWanted) await session.end();
    } catch (error) {
      if (error instanceof SharedSessionError) this.refuse(session, errorMessage(error));
      else session.destroy();
      this.lost(session);
    }
  }

  /** Once for each session, however it has ended. */
  private lost(session: Client): void {
    if (session.isOver) return;
    session.isOver = true;
    if (this.session === session) this.brokenAt = performance.now();
    this.session = undefined;
    if (!this.isWanted) return;
    for (const user of this.users) user.lost();
    if (!this.isBroken)
      logSafely(
        'warn',
        'The dedicated connection to the database broke. Until it is back, the heartbeat alone speaks for this worker, and news comes by polling.',
      );
    this.isBroken = true;
    this.timer = setTimeout(() => void this.connect(), this.delay);
    this.timer.unref();
    this.delay = Math.min(this.delay * 2, longestDelay);
  }

  private refuse(session: Client, reason: string): void {
    if (!this.isWanted) return;
    this.isWanted = false;
    this.isRefused = true;
    this.session = undefined;
    session.destroy();
    for (const user of this.users) user.lost();
    logSafely(
      'log',
      `No dedicated connection: ${reason}, so a connection pooler seems to stand between. The heartbeat alone speaks for this worker, and news comes by polling. Switch it off with dedicatedConnection: false.`,
    );
  }
}
