import type { Parameters, TableNames } from '../../../database/index.js';
import type { CommitEffects } from '../../journal.js';
import type { CommitEntry } from './commit-entry.js';

/** What a commit writes of one kind besides records: reviews, messages to other runs. */
export interface CommitPart {
  /** Whether there is anything of it to write. */
  concerns(effects: CommitEffects): boolean;
  /**
   * Common table expressions, `name AS (…)`. They write for the runs of the relation `mine` only; of the relation
   * `locked` they may touch rows that the commit has locked.
   */
  expressions(context: CommitContext): readonly string[];
}

export interface CommitContext {
  readonly tables: TableNames;
  readonly parameters: Parameters;
  readonly entries: readonly CommitEntry[];
  /** SQL of the current time. */
  readonly now: string;
}
