import type { DataSource } from 'typeorm';
import { type ValueParsers, valueParsers } from '../../database/index.js';

export interface Notification {
  readonly channel: string;
  readonly payload?: string;
  readonly processId: number;
}

/** The parts of a `pg` client that are used here. */
interface DriverClient {
  readonly processID: number | null;
  readonly connection: { readonly stream: { destroy(): void } };
  connect(): Promise<unknown>;
  query(statement: { text: string; values: unknown[]; types: ValueParsers }): Promise<{ rows: unknown[] }>;
  end(): Promise<void>;
  unref(): void;
  on(event: 'error' | 'end', listener: () => void): void;
  on(event: 'notification', listener: (notification: Notification) => void): void;
}

interface Pool {
  readonly Client: new (options: unknown) => DriverClient;
  readonly options: unknown;
}

/** A connection of its own, with the settings of the data source's pool. `over` is called when it has ended, at least once. */
export function openClient(dataSource: DataSource, over: () => void): Client {
  // TypeORM's public type of the pool is `any`. The pool knows what its clients are made of, host and password included.
  const pool = (dataSource.driver as unknown as { readonly master: Pool }).master;
  return new Client(new pool.Client(pool.options), over);
}

/** One session. */
export class Client {
  isOver = false;
  /** Settles when the statement before has been answered, or has failed. Never rejects. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly driver: DriverClient,
    over: () => void,
  ) {
    // The end follows an error; without a listener the error would end the process.
    driver.on('error', () => undefined);
    driver.on('end', over);
  }

  async connect(): Promise<void> {
    await this.driver.connect();
    // Nobody has to stay up for its sake.
    this.driver.unref();
  }

  /** One after the other: the driver is about to give up its own queue. */
  async query<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
    const sent = this.last.then(() => this.driver.query({ text, values, types: valueParsers }));
    this.last = sent.catch(() => undefined);
    // Rows are as the statement's text says; nothing could check that here.
    return (await sent).rows as Row[];
  }

  /**
   * Whether the server process at the other end is the one that said hello. A pooler says hello with a number of its
   * own, and may put another server process behind each statement.
   */
  async isItself(): Promise<boolean> {
    const [row] = await this.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return row?.pid === this.driver.processID;
  }

  /** Notifications of others; a session hears its own, too, which is left out. */
  onNotification(listener: (notification: Notification) => void): void {
    this.driver.on('notification', (notification) => {
      if (notification.processId !== this.driver.processID) listener(notification);
    });
  }

  /** Says goodbye. Never rejects, and never waits for a server that is gone. */
  async end(): Promise<void> {
    this.isOver = true;
    const deadline = setTimeout(() => this.destroy(), 1_000);
    await this.driver.end().catch(() => undefined);
    clearTimeout(deadline);
  }

  destroy(): void {
    this.driver.connection.stream.destroy();
  }
}
