import { randomFillSync } from 'node:crypto';

const size = 16;
/** Asking the system costs as much for many as for one. */
const pool = Buffer.alloc(256 * size);
let next = pool.length;

/** 16 random bytes, to be read before anybody asks for the next ones. */
export function randomBytes(): Uint8Array {
  if (next === pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  next += size;
  return pool.subarray(next - size, next);
}
