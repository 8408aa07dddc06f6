import type { Parameters, TableNames } from '../../database/index.js';
import type { CommitEntry } from './commit-entry.js';
import type { ReviewChange } from '../journal.js';

/** Columns that a new review row gets from what was asked for; the rest comes from its run or has a default. */
const columns = {
  id: 'text',
  run_id: 'uuid',
  step: 'text',
  iteration: 'int',
  item: 'int',
  attempt: 'int',
  call: 'text',
  subject: 'text',
  stage: 'text',
  kind: 'text',
  proposed: 'json',
  proposed_hash: 'text',
  cause: 'text',
  title: 'text',
  instructions: 'text',
  roles: 'text[]',
  users: 'text[]',
  quorum: 'int',
  separation_of_duties: 'boolean',
  choices: 'text[]',
  form: 'json',
  expires_at: 'timestamptz',
  on_timeout: 'text',
  escalate_to: 'text[]',
} as const;

type Opened = Extract<ReviewChange, { change: 'open' }>;

function rowOf(runId: string, { review, ...place }: Opened): Record<keyof typeof columns, unknown> {
  return {
    id: review.reviewId,
    run_id: runId,
    step: place.step,
    iteration: place.iteration,
    item: place.item,
    attempt: place.attempt,
    call: review.key,
    subject: review.subject,
    stage: review.stage ?? 'before',
    kind: review.kind,
    proposed: review.proposed,
    proposed_hash: review.proposedHash,
    cause: review.reason,
    title: review.title,
    instructions: review.instructions,
    roles: review.roles,
    users: review.users,
    quorum: review.quorum,
    separation_of_duties: review.separationOfDuties,
    choices: review.choices,
    form: review.form,
    expires_at: review.expiresAt,
    on_timeout: review.onTimeout,
    escalate_to: review.escalateTo ?? [],
  };
}

/** The parts of a commit that open and close work items. */
export function reviewCommitParts(
  tables: TableNames,
  parameters: Parameters,
  entries: readonly CommitEntry[],
  now: string,
): string[] {
  const changes = entries.flatMap(({ runId, effects }) =>
    (effects?.reviews ?? []).map((change) => ({ runId, change })),
  );
  const opened = changes.flatMap(({ runId, change }) =>
    change.change === 'open' ? [rowOf(runId, change)] : [],
  );
  const closed = changes.flatMap(({ change }) =>
    change.change === 'close' ? [{ id: change.reviewId, status: change.status }] : [],
  );
  const parts: string[] = [];
  if (opened.length > 0) {
    const list = Object.keys(columns);
    parts.push(`opened AS (
      INSERT INTO ${tables.review} (${list.join(', ')}, workflow, tenant, started_by, created_at)
      SELECT ${list.map((name) => `v.${name}`).join(', ')}, r.workflow, r.tenant, r.principal->>'id', ${now}
      FROM json_to_recordset(${parameters.add(JSON.stringify(opened), 'json')})
          AS v (${Object.entries(columns)
            .map((column) => column.join(' '))
            .join(', ')})
        JOIN mine m ON m.id = v.run_id JOIN ${tables.run} r ON r.id = v.run_id
    )`);
  }
  if (closed.length > 0) {
    parts.push(`closed AS (
      UPDATE ${tables.review} v SET status = c.status, version = v.version + 1
      FROM json_to_recordset(${parameters.add(JSON.stringify(closed), 'json')}) AS c (id text, status text), mine m
      WHERE v.id = c.id AND v.run_id = m.id AND v.status = 'open'
    )`);
  }
  return parts;
}
