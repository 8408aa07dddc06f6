import type { Review, ReviewDecision } from '../../database/index.js';
import { canonicalJson, hashOf, type JsonValue } from '../../values/index.js';
import type { Choice } from '../../workflow/index.js';

/** What somebody has said about a proposal, or is about to. */
export interface Said {
  readonly by: string;
  readonly choice: Choice;
  readonly value?: JsonValue | undefined;
  /** Hash of the proposal that it was said about. */
  readonly proposedHash: string;
}

/** The last word of each other person: a later decision takes the place of the former one. */
export function lastWords(review: Review, besides: string): readonly ReviewDecision[] {
  const last = new Map(review.decisions.map((decision) => [decision.by, decision]));
  last.delete(besides);
  return [...last.values()];
}

/** Whether both say the same. A person who edits a proposal agrees with what it has become. */
export function agree(one: Said, other: Said): boolean {
  const [first, second] = [supported(one), supported(other)];
  if (first !== undefined || second !== undefined) return first === second;
  return (
    one.choice === other.choice &&
    one.proposedHash === other.proposedHash &&
    canonicalJson(one.value) === canonicalJson(other.value)
  );
}

/** The person whose edit is now the proposal in place of the run's own, if there is one. */
export function editorOf({ decisions, proposedHash }: Review): string | undefined {
  const edit = decisions.findLast(({ choice }) => choice === 'edit');
  return edit && supported(edit) === proposedHash ? edit.by : undefined;
}

/** Hash of the value that is to continue. */
function supported({ choice, value, proposedHash }: Said): string | undefined {
  if (choice === 'approve') return proposedHash;
  return choice === 'edit' ? hashOf(value ?? null) : undefined;
}

/** Who has written something in place of what was proposed. */
export function writersOf(decisions: readonly Pick<ReviewDecision, 'by' | 'choice'>[]): readonly string[] {
  return [
    ...new Set(decisions.flatMap(({ by, choice }) => (choice === 'edit' || choice === 'answer' ? [by] : []))),
  ];
}
