import { type MigrationInterface, type QueryRunner, View } from 'typeorm';
import { inSchema, schemaOf } from './in-schema.js';

/** The text must be that of the entity, letter by letter: TypeORM compares it with what it has noted in `typeorm_metadata`. */
const expression = `SELECT run_id, seq, step, coalesce(iteration, 0) AS iteration, item, attempt, substr(type, 6) AS status, at - (payload->>'duration')::double precision * interval '1 millisecond' AS started_at, (payload->>'duration')::double precision AS duration, at AS finished_at, actor_kind, actor_id, payload->'error' AS error, payload->'output' AS output FROM orchestration_audit_record WHERE type IN ('step.completed', 'step.failed', 'step.skipped', 'step.waiting')`;

/** The view over the records that tell of steps. */
export class CreateStepExecution implements MigrationInterface {
  readonly name = 'OrchestrationCreateStepExecution1794200000003';

  async up(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query(notedViews(runner));
      await runner.createView(view(runner), true);
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await inSchema(runner, () => runner.dropView(view(runner)));
  }
}

/**
 * Where TypeORM notes what views look like. It makes this table itself where the data source has an entity of a view, and
 * a data source that only runs migrations may have no entities.
 */
function notedViews(runner: QueryRunner): string {
  const schema = schemaOf(runner);
  const table = `${schema ? `"${schema}".` : ''}"${runner.connection.metadataTableName}"`;
  return `CREATE TABLE IF NOT EXISTS ${table} ("type" varchar NOT NULL, "database" varchar, "schema" varchar, "table" varchar, "name" varchar, "value" text)`;
}

function view(runner: QueryRunner): View {
  const schema = schemaOf(runner);
  return new View({
    name: schema ? `${schema}.orchestration_step_execution` : 'orchestration_step_execution',
    ...(schema ? { schema } : {}),
    expression,
  });
}
