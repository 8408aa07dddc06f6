import { Parameters, type Statement, type TableNames } from '../../database/index.js';
import { type CursorPosition, type Page, readCursor } from '../../values/index.js';
import type { DocumentListing, ListedDocument, StoredDocument } from './knowledge-store.js';
import { visibleCondition } from './search-statements.js';

/** A document as it is listed, with its place in the order. */
export interface DocumentRecord extends Pick<
  StoredDocument,
  'uri' | 'tenant' | 'shared' | 'trusted' | 'metadata'
> {
  readonly id: string;
  readonly title: string | null | undefined;
  readonly roles: readonly string[] | null | undefined;
  readonly about: string | null | undefined;
  readonly ingestedBy: string | null | undefined;
  readonly version: number;
  readonly ingestedAt: Date;
}

/** One more than the page has, where there are so many. */
export function listStatement({ document }: TableNames, listing: DocumentListing): Statement {
  const parameters = new Parameters();
  const visible = visibleCondition(parameters, listing);
  // Cursors are in milliseconds, as pages are ordered.
  const at = `date_trunc('milliseconds', d.ingested_at)`;
  const after = listing.cursor === undefined ? undefined : readCursor(listing.cursor);
  const isAfter = after
    ? ` AND (${at}, d.id) < (${parameters.add(after.at, 'timestamptz')}, ${parameters.add(after.id, 'uuid')})`
    : '';
  return {
    text: `
      SELECT d.id, d.uri, d.title, d.version, d.tenant, d.shared, to_json(d.roles) AS roles, d.trusted, d.about, d.metadata,
        d.ingested_at AS "ingestedAt", d.ingested_by AS "ingestedBy"
      FROM ${document} d WHERE ${visible}${isAfter}
      ORDER BY ${at} DESC, d.id DESC LIMIT ${parameters.add(listing.limit + 1, 'int')}`,
    values: parameters.values,
  };
}

export function placeInList({ ingestedAt, id }: DocumentRecord): CursorPosition {
  return { at: ingestedAt.toISOString(), id };
}

export function listedPage({ items, ...next }: Page<DocumentRecord>): Page<ListedDocument> {
  return { items: items.map(listed), ...next };
}

function listed(record: DocumentRecord): ListedDocument {
  const { uri, title, version, tenant, shared, roles, trusted, about, ingestedAt, ingestedBy } = record;
  return {
    uri,
    ...(typeof title === 'string' ? { title } : {}),
    version: String(version),
    ...(tenant === '' ? {} : { tenant }),
    shared,
    ...(roles ? { roles } : {}),
    trust: trusted ? 'trusted' : 'untrusted',
    ...(typeof about === 'string' ? { about } : {}),
    metadata: record.metadata,
    ingestedAt,
    ...(typeof ingestedBy === 'string' ? { ingestedBy } : {}),
  };
}
