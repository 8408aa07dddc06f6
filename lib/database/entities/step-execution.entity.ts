import { ViewColumn, ViewEntity } from 'typeorm';
import type { ErrorData } from '../../errors/index.js';
import type { Actor } from '../../workflow/index.js';

/** Each attempt of each step, read from the records: there is nothing here that isn't in the journal. */
@ViewEntity({
  name: 'orchestration_step_execution',
  expression: `SELECT run_id, seq, step, coalesce(iteration, 0) AS iteration, item, attempt, substr(type, 6) AS status, at - (payload->>'duration')::double precision * interval '1 millisecond' AS started_at, (payload->>'duration')::double precision AS duration, at AS finished_at, actor_kind, actor_id, payload->'error' AS error, payload->'output' AS output FROM orchestration_audit_record WHERE type IN ('step.completed', 'step.failed', 'step.skipped', 'step.waiting')`,
})
export class StepExecution {
  @ViewColumn({ name: 'run_id' })
  runId!: string;

  /** Of the record that tells of it. */
  @ViewColumn({ name: 'seq' })
  seq!: number;

  @ViewColumn({ name: 'step' })
  step!: string;

  @ViewColumn({ name: 'iteration' })
  iteration!: number;

  @ViewColumn({ name: 'item' })
  item!: number | null;

  @ViewColumn({ name: 'attempt' })
  attempt!: number | null;

  @ViewColumn({ name: 'status' })
  status!: 'completed' | 'failed' | 'skipped' | 'waiting';

  /** Null where no code ran. */
  @ViewColumn({ name: 'started_at' })
  startedAt!: Date | null;

  /** Milliseconds. */
  @ViewColumn({ name: 'duration' })
  duration!: number | null;

  /** When it was recorded. */
  @ViewColumn({ name: 'finished_at' })
  finishedAt!: Date;

  @ViewColumn({ name: 'actor_kind' })
  actorKind!: Actor['kind'];

  @ViewColumn({ name: 'actor_id' })
  actorId!: string;

  @ViewColumn({ name: 'error' })
  error!: ErrorData | null;

  @ViewColumn({ name: 'output' })
  output!: unknown;
}
