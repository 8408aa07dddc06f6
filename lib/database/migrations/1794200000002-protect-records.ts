import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inSchema } from './in-schema.js';

/**
 * Erasure sets payload and salt to null, both at once; nothing else about a record may change. A run's records go
 * only as a whole, through `orchestration_expire_run`, which names the run in a setting of its transaction.
 *
 * This keeps bugs and hasty hands away from the records. The owner of the database can drop a trigger: against that
 * stand the hash chain and signed heads.
 */
const guard = `
  CREATE FUNCTION "orchestration_guard_record"() RETURNS trigger LANGUAGE plpgsql AS $guard$
  BEGIN
    IF TG_OP = 'TRUNCATE' THEN
      RAISE EXCEPTION 'orchestration_audit_record is append-only: TRUNCATE is refused' USING ERRCODE = '42501';
    ELSIF TG_OP = 'DELETE' THEN
      IF current_setting('orchestration.expiring_run', true) = OLD.run_id::text THEN
        RETURN OLD;
      END IF;
      RAISE EXCEPTION 'orchestration_audit_record is append-only: DELETE of record % of run % is refused; expired runs go by orchestration_expire_run(run, before)', OLD.seq, OLD.run_id USING ERRCODE = '42501';
    ELSIF NEW.payload IS NULL AND NEW.salt IS NULL
      AND ROW(NEW.run_id, NEW.seq, NEW.type, NEW.step, NEW.iteration, NEW.item, NEW.attempt, NEW.call, NEW.actor_kind, NEW.actor_id, NEW.at, NEW.payload_hash, NEW.hash)
        IS NOT DISTINCT FROM ROW(OLD.run_id, OLD.seq, OLD.type, OLD.step, OLD.iteration, OLD.item, OLD.attempt, OLD.call, OLD.actor_kind, OLD.actor_id, OLD.at, OLD.payload_hash, OLD.hash)
    THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'orchestration_audit_record is append-only: UPDATE of record % of run % is refused; only payload and salt can be erased, both at once', OLD.seq, OLD.run_id USING ERRCODE = '42501';
  END
  $guard$`;

/** Retention: deletes one run that finished before a time, with everything of it, and leaves its id, head and count. */
const expire = `
  CREATE FUNCTION "orchestration_expire_run"(run uuid, finished_before timestamptz) RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $expire$
  BEGIN
    PERFORM 1 FROM "orchestration_run"
      WHERE id = run AND status IN ('completed', 'failed', 'cancelled') AND finished_at < finished_before
      FOR UPDATE;
    IF NOT FOUND THEN
      RETURN false;
    END IF;
    INSERT INTO "orchestration_expired_run" (run_id, head_hash, records, expired_at)
      SELECT id, head_hash, seq, clock_timestamp() FROM "orchestration_run" WHERE id = run;
    PERFORM set_config('orchestration.expiring_run', run::text, true);
    DELETE FROM "orchestration_audit_record" WHERE run_id = run;
    PERFORM set_config('orchestration.expiring_run', '', true);
    DELETE FROM "orchestration_review" WHERE run_id = run;
    DELETE FROM "orchestration_inbox" WHERE run_id = run;
    DELETE FROM "orchestration_blob" WHERE run_id = run;
    DELETE FROM "orchestration_run" WHERE id = run;
    RETURN true;
  END
  $expire$`;

/** Makes the records append-only, and gives retention its one way around that. */
export class ProtectRecords implements MigrationInterface {
  readonly name = 'OrchestrationProtectRecords1794200000002';

  async up(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query(guard);
      await runner.query(expire);
      await runner.query(
        'CREATE TRIGGER "orchestration_guard_record" BEFORE UPDATE OR DELETE ON "orchestration_audit_record" FOR EACH ROW EXECUTE FUNCTION "orchestration_guard_record"()',
      );
      await runner.query(
        'CREATE TRIGGER "orchestration_guard_records" BEFORE TRUNCATE ON "orchestration_audit_record" FOR EACH STATEMENT EXECUTE FUNCTION "orchestration_guard_record"()',
      );
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query('DROP FUNCTION "orchestration_expire_run"');
      await runner.query('DROP FUNCTION "orchestration_guard_record" CASCADE');
    });
  }
}
