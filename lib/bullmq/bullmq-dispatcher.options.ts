import type { ConnectionOptions } from 'bullmq';

export interface BullmqDispatcherOptions {
  /**
   * Of the Redis server: options or a client, as BullMQ takes them.
   * @example { host: 'redis', port: 6379 }
   * @example { url: 'redis://redis:6379' }
   */
  readonly connection: ConnectionOptions;
  /**
   * What the keys in Redis begin with. Processes on one database need the same one, applications with different
   * databases different ones. On a Redis cluster in braces: `{nestor}`.
   * @default 'nestor'
   */
  readonly prefix?: string | undefined;
}
