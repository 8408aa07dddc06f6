import type { Usage } from '../values/index.js';
import type { ChainedDraft, Head } from './chain.js';
import type { Edge } from './journal.js';

/** What one run brings into a flush: one append, or several gathered into one. */
export interface CommitEntry {
  readonly runId: string;
  readonly epoch: number;
  /** Where the journal must stand for these records to follow. */
  readonly before: Head;
  readonly after: Head;
  readonly records: readonly ChainedDraft[];
  readonly usage?: Usage | undefined;
  readonly edge?: Edge | undefined;
  readonly progress: boolean;
  readonly mayFollowTheEnd: boolean;
}

/** Whether it writes to rows of other runs, too. */
export function hasPosts({ edge }: { readonly edge?: Edge | undefined }): boolean {
  return edge?.posts !== undefined && edge.posts.length > 0;
}
