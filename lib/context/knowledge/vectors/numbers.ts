/** The same direction, with the length 1: then the cosine of two is their product. Zeros stay zeros. */
export function ofUnitLength(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector);
  return Float32Array.from(vector, (value) => (length === 0 ? 0 : value / length));
}

/** As it is stored: numbers of 32 bits, the lowest byte first. */
export function bytesOfVector(vector: readonly number[]): Buffer {
  const numbers = ofUnitLength(vector);
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [index, value] of numbers.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes;
}

/** What `bytesOfVector` has made bytes of. */
export function numbersOf(bytes: Buffer): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true));
}

/** The product of a vector with one that is stored; 0 where they are not of one space. */
export function productWith(vector: Float32Array, bytes: Buffer): number {
  if (bytes.length !== vector.length * 4) return 0;
  const stored = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let sum = 0;
  for (let index = 0; index < vector.length; index++)
    sum += (vector[index] ?? 0) * stored.getFloat32(index * 4, true);
  return sum;
}

/** The best of what was found, by their scores, at most so many. */
export function bestOf<T extends { readonly id: string; readonly score: number }>(
  found: readonly T[],
  limit: number,
): T[] {
  return found.toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)).slice(0, limit);
}
