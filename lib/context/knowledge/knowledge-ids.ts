import { derivedId } from '../../values/index.js';
import type { DocumentKey, StoredChunk } from './knowledge-store.js';

/** The same for the same document, also where it was taken out in between. */
export function documentIdOf({ base, tenant, shared, uri }: DocumentKey): string {
  return derivedId('document', base, tenant, String(shared), uri);
}

/** The same for the same text in the same place. @param document its id */
export function chunkIdOf(document: string, ordinal: number, { text }: StoredChunk): string {
  return derivedId('chunk', document, ordinal, text);
}
