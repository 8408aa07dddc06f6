/**
 * What the harness keeps beside the tables of the library: what has really happened, written through connections of
 * its own, and when the database saw a claim or an outcome, written by triggers. No part of the library knows of it.
 */
export const chaosTables: readonly string[] = [
  `CREATE TABLE effect (
    id uuid PRIMARY KEY, kind text NOT NULL, run uuid NOT NULL, step text NOT NULL, iteration int NOT NULL,
    item int, key text NOT NULL, pid int NOT NULL, at double precision NOT NULL
  )`,
  `CREATE TABLE fault (id uuid PRIMARY KEY, kind text NOT NULL, pid int, at timestamptz NOT NULL DEFAULT clock_timestamp())`,
  // No unique key: what is written twice shall be seen.
  `CREATE TABLE booking (run uuid NOT NULL, key text NOT NULL)`,
  // What callers were told.
  `CREATE TABLE told (id uuid PRIMARY KEY, kind text NOT NULL, subject text NOT NULL, answer text NOT NULL)`,
  `CREATE TABLE claimed (run uuid NOT NULL, epoch int NOT NULL, unclean boolean NOT NULL, at double precision NOT NULL, process text NOT NULL)`,
  `CREATE TABLE settled (run uuid NOT NULL, seq int NOT NULL, at double precision NOT NULL)`,
  `CREATE INDEX ON settled (run)`,
  `CREATE INDEX ON effect (run)`,
  `CREATE FUNCTION chaos_claimed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO claimed VALUES (NEW.id, NEW.lease_epoch, OLD.status = 'running', extract(epoch FROM clock_timestamp()) * 1000, current_setting('application_name'));
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER chaos_claimed AFTER UPDATE ON orchestration_run FOR EACH ROW
    WHEN (OLD.lease_epoch <> NEW.lease_epoch) EXECUTE FUNCTION chaos_claimed()`,
  // Who starts a run may hold it from the first moment, without a claim.
  `CREATE FUNCTION chaos_begun() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO claimed VALUES (NEW.id, NEW.lease_epoch, false, extract(epoch FROM clock_timestamp()) * 1000, current_setting('application_name'));
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER chaos_begun AFTER INSERT ON orchestration_run FOR EACH ROW
    WHEN (NEW.worker_id IS NOT NULL) EXECUTE FUNCTION chaos_begun()`,
  `CREATE FUNCTION chaos_settled() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO settled VALUES (NEW.run_id, NEW.seq, extract(epoch FROM clock_timestamp()) * 1000);
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER chaos_settled AFTER INSERT ON orchestration_audit_record FOR EACH ROW
    WHEN (NEW.type IN ('step.completed', 'step.failed', 'step.waiting', 'call.completed')) EXECUTE FUNCTION chaos_settled()`,
];

/** Runs that ended long ago: on small tables the planner hides deadlocks and bad plans. */
export function fillerStatements(runs: number): readonly string[] {
  return [
    `INSERT INTO orchestration_run (id, workflow, version, definition_hash, format, status, seq, head_hash, input_hash, usage, created_at, finished_at)
     SELECT gen_random_uuid(), 'filler', '1', 'filler', 1, 'completed', 1, '', 'filler', '{}', now() - interval '1 day', now() - interval '1 day'
     FROM generate_series(1, ${runs})`,
    `INSERT INTO orchestration_audit_record (run_id, seq, type, actor_kind, actor_id, at, payload, salt, payload_hash, hash)
     SELECT id, 1, 'run.completed', 'system', 'filler', finished_at, '{}', NULL, '', '' FROM orchestration_run WHERE workflow = 'filler'`,
    'ANALYZE',
  ];
}
