import { type ConnectionOptions, RedisConnection } from 'bullmq';
import { LiveChannel } from '../dispatch/index.js';
import type { Reachability } from './reachability.js';
import { succeedsWithin } from './succeeds-within.js';

/** What a client of ioredis can do, which BullMQ's own type of it does not tell. */
interface Client {
  on(event: 'message', listener: (channel: string, text: string) => void): unknown;
  publish(channel: string, text: string): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
}

/** Milliseconds that closing may take. */
const patience = 500;

/** Brings live events from process to process by publishing on Redis: nothing of them is stored there. */
export class RedisLiveChannel extends LiveChannel {
  private readonly sending: RedisConnection;
  private readonly hearing: RedisConnection;
  /** By channel. */
  private readonly listeners = new Map<string, Set<(text: string) => void>>();

  constructor(
    connection: ConnectionOptions,
    private readonly prefix: string,
    private readonly redis: Reachability,
  ) {
    super();
    const options = { shared: false, blocking: true } as const;
    this.sending = new RedisConnection(connection, options);
    this.hearing = new RedisConnection(connection, options);
    for (const one of [this.sending, this.hearing])
      one.on('error', (error: unknown) => this.redis.lost(error));
    void this.with(this.hearing, (client) => {
      client.on('message', (channel: string, text: string) => {
        for (const listener of this.listeners.get(channel) ?? []) listener(text);
      });
    });
  }

  send(topic: string, text: string): void {
    if (this.redis.isLost) return;
    void this.with(this.sending, (client) => client.publish(this.channelOf(topic), text));
  }

  listen(topic: string, listener: (text: string) => void, ready?: () => void): () => void {
    const channel = this.channelOf(topic);
    const listeners = this.listeners.get(channel) ?? new Set();
    this.listeners.set(channel, listeners.add(listener));
    void this.with(this.hearing, async (client) => {
      await client.subscribe(channel);
      if (listeners.has(listener)) ready?.();
    });
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.listeners.get(channel) !== listeners) return;
      this.listeners.delete(channel);
      void this.with(this.hearing, (client) => client.unsubscribe(channel));
    };
  }

  async close(): Promise<void> {
    await succeedsWithin(patience, Promise.all([this.sending.close(true), this.hearing.close(true)]));
  }

  private channelOf(topic: string): string {
    return `${this.prefix}:live:${topic}`;
  }

  /** Never rejects. */
  private async with(connection: RedisConnection, body: (client: Client) => unknown): Promise<void> {
    try {
      // BullMQ makes all of its connections with ioredis.
      await body((await connection.client) as unknown as Client);
    } catch (error) {
      this.redis.lost(error);
    }
  }
}
