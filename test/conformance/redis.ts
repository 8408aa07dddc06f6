import { randomBytes } from 'node:crypto';
import { describe } from '@jest/globals';
import { Redis } from 'ioredis';
import { describeOnServer } from '../database/test-database.js';

/** A Redis server for tests; without it what needs one is left out and named at the end, as `describeOnServer` says. */
const url = process.env['REDIS_URL'];
export const redisIsHere = url !== undefined;
export const describeOnRedis: typeof describe.skip = redisIsHere ? describe : describe.skip;
export const describeOnServerAndRedis: typeof describe.skip = redisIsHere ? describeOnServer : describe.skip;

/** Keys of its own on the server that `REDIS_URL` names. */
export interface TestRedis {
  readonly connection: { readonly url: string };
  readonly prefix: string;
  /** What `FLUSHALL` does, for these keys only. */
  flush(): Promise<number>;
  keys(): Promise<string[]>;
  close(): Promise<void>;
}

export function openTestRedis(
  prefix = `nestor-test-${process.pid}-${randomBytes(4).toString('hex')}`,
): TestRedis {
  if (url === undefined) throw new Error('REDIS_URL names no server');
  const client = new Redis(url);
  const keys = () => client.keys(`${prefix}:*`);
  const flush = async () => {
    const found = await keys();
    return found.length === 0 ? 0 : await client.del(found);
  };
  return {
    connection: { url },
    prefix,
    flush,
    keys,
    close: async () => {
      await flush();
      client.disconnect();
    },
  };
}
