import type { ValueTransformer } from 'typeorm';

/** A hash as PostgreSQL takes it, in half the room of its hexadecimal text. */
export function byteaOf(hex: string): string {
  return `\\x${hex}`;
}

/** A hash as people read it. */
export function hexOf(bytes: Buffer): string {
  return bytes.toString('hex');
}

/** Lets an entity show a hash as hexadecimal text. */
export const hexadecimal: ValueTransformer = {
  to: (hex: unknown) => (typeof hex === 'string' ? Buffer.from(hex, 'hex') : hex),
  from: (bytes: unknown) => (Buffer.isBuffer(bytes) ? hexOf(bytes) : bytes),
};
