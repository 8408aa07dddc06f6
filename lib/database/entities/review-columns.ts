import type { TableNames } from '../statements/table-names.js';
import type { Review } from './review.entity.js';

/** Every property of a review, with its column and the type that a statement gives it. */
export const reviewColumns = {
  id: ['id', 'text'],
  runId: ['run_id', 'uuid'],
  workflow: ['workflow', 'text'],
  tenant: ['tenant', 'text'],
  startedBy: ['started_by', 'text'],
  step: ['step', 'text'],
  iteration: ['iteration', 'int'],
  item: ['item', 'int'],
  attempt: ['attempt', 'int'],
  call: ['call', 'text'],
  kind: ['kind', 'text'],
  subject: ['subject', 'text'],
  stage: ['stage', 'text'],
  status: ['status', 'text'],
  proposed: ['proposed', 'json'],
  proposedHash: ['proposed_hash', 'text'],
  cause: ['cause', 'text'],
  guardrail: ['guardrail', 'text'],
  title: ['title', 'text'],
  instructions: ['instructions', 'text'],
  roles: ['roles', 'text[]'],
  users: ['users', 'text[]'],
  quorum: ['quorum', 'int'],
  separationOfDuties: ['separation_of_duties', 'boolean'],
  choices: ['choices', 'text[]'],
  form: ['form', 'json'],
  expiresAt: ['expires_at', 'timestamptz'],
  onTimeout: ['on_timeout', 'text'],
  escalation: ['escalation', 'jsonb'],
  remindEvery: ['remind_every', 'double precision'],
  remindAt: ['remind_at', 'timestamptz'],
  claimedBy: ['claimed_by', 'text'],
  claimedUntil: ['claimed_until', 'timestamptz'],
  decisions: ['decisions', 'jsonb'],
  comments: ['comments', 'jsonb'],
  choice: ['choice', 'text'],
  reason: ['reason', 'text'],
  value: ['value', 'json'],
  decidedBy: ['decided_by', 'text'],
  decidedAt: ['decided_at', 'timestamptz'],
  createdAt: ['created_at', 'timestamptz'],
  version: ['version', 'int'],
} as const satisfies {
  readonly [property in Exclude<keyof Review, 'shapedBy'>]: readonly [column: string, type: string];
};

const selection = Object.entries(reviewColumns)
  .map(
    ([property, [column, type]]) => `${type === 'text[]' ? `to_json(${column})` : column} AS "${property}"`,
  )
  .join(', ');

/** What a statement selects to read whole reviews, with what their runs tell: its rows are reviews. Lists go as JSON. */
export function reviewSelection({ run, review }: Pick<TableNames, 'run' | 'review'>): string {
  const shapers = `SELECT r.shaped_by FROM ${run} r WHERE r.id = ${review}.run_id`;
  return `${selection}, coalesce((${shapers}), '[]') AS "shapedBy"`;
}
