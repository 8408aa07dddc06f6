import { v5, v7 } from 'uuid';
import { randomBytes } from './random-bytes.js';

/** Namespace of ids that are derived from others: a random UUID, fixed forever. */
const namespace = 'c6d7c1b6-4f3e-4b52-9d1a-6a0f0c3f6b11';

/** When the last id was made, in milliseconds, and its place among those of that time: 31 bits. */
let last = { time: 0, place: 0 };

/** A new UUID version 7: sorts by time, and in the order of making within a millisecond. */
export function newId(): string {
  const random = randomBytes();
  last = after(last, Date.now(), random);
  return v7({ random, msecs: last.time, seq: last.place });
}

/** A place of chance in a new millisecond, the next one in the same, or after somebody has set the clock back. */
function after({ time, place }: typeof last, now: number, random: Uint8Array): typeof last {
  if (now > time)
    return { time: now, place: new DataView(random.buffer, random.byteOffset).getUint32(0) >>> 1 };
  return place < 0x7fff_ffff ? { time, place: place + 1 } : { time: time + 1, place: 0 };
}

/** The same UUID for the same parts: what must not exist twice gets its id this way. */
export function derivedId(...parts: readonly (string | number)[]): string {
  return v5(JSON.stringify(parts), namespace);
}
