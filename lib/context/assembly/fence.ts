import { hashOf } from '../../values/index.js';

/** Characters of a marker: of so many, two texts have the same by chance once in four thousand million. */
const length = 8;

/**
 * A word that none of these texts contains, so that what is between two of it can't end itself. The same texts have the same.
 */
export function markerFor(texts: readonly string[]): string {
  for (let hash = hashOf(texts); ; hash = hashOf(hash)) {
    const marker = hash.slice(0, length);
    if (!texts.some((text) => text.includes(marker))) return marker;
  }
}

/** As long as every marker: for measuring before the texts are known. */
export const anyMarker = '0'.repeat(length);

/** The lines between which a text stands. */
export interface Fence {
  readonly opening: string;
  readonly closing: string;
}

/** @param attributes as they are read by the model */
export function fence(
  tag: string,
  marker: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
): Fence {
  const written = Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [` ${name}=${JSON.stringify(String(value))}`],
  );
  return { opening: `<${tag}-${marker}${written.join('')}>\n`, closing: `\n</${tag}-${marker}>` };
}
