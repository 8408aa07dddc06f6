import type { Review } from '../../database/index.js';

/** Every property of a review, and where it stands. Lists go as JSON. */
const columns = {
  id: 'id',
  runId: 'run_id',
  workflow: 'workflow',
  tenant: 'tenant',
  startedBy: 'started_by',
  step: 'step',
  iteration: 'iteration',
  item: 'item',
  attempt: 'attempt',
  call: 'call',
  kind: 'kind',
  subject: 'subject',
  stage: 'stage',
  status: 'status',
  proposed: 'proposed',
  proposedHash: 'proposed_hash',
  cause: 'cause',
  title: 'title',
  instructions: 'instructions',
  roles: 'to_json(roles)',
  users: 'to_json(users)',
  quorum: 'quorum',
  separationOfDuties: 'separation_of_duties',
  choices: 'to_json(choices)',
  form: 'form',
  expiresAt: 'expires_at',
  onTimeout: 'on_timeout',
  escalateTo: 'to_json(escalate_to)',
  claimedBy: 'claimed_by',
  decisions: 'decisions',
  comments: 'comments',
  choice: 'choice',
  reason: 'reason',
  value: 'value',
  decidedBy: 'decided_by',
  decidedAt: 'decided_at',
  createdAt: 'created_at',
  version: 'version',
} as const satisfies Record<keyof Review, string>;

/** What a statement selects to read whole reviews: its rows are reviews. */
export const reviewSelection = Object.entries(columns)
  .map(([property, column]) => `${column} AS "${property}"`)
  .join(', ');
