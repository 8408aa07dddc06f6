import type { Usage } from '../../../values/index.js';
import type { ChainedDraft, Head } from '../../chain/chain.js';
import type { CommitEffects } from '../../journal.js';

/** What one run brings into a flush: one append, or several gathered into one. */
export interface CommitEntry {
  readonly runId: string;
  readonly epoch: number;
  /** Where the journal must stand for these records to follow. */
  readonly before: Head;
  readonly after: Head;
  readonly records: readonly ChainedDraft[];
  readonly usage?: Usage | undefined;
  readonly effects?: CommitEffects | undefined;
  readonly progress: boolean;
  readonly mayFollowTheEnd: boolean;
}

/** Whether it writes to rows of other runs, too. */
export function hasOutgoing({ effects }: { readonly effects?: CommitEffects | undefined }): boolean {
  return effects?.outgoing !== undefined && effects.outgoing.length > 0;
}
