import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { describeOnServer } from '../database/test-database.js';
import { compileLibrary } from '../processes/compile-library.js';
import { violations } from './checker.js';
import { Environment } from './environment.js';

/** One row that must not be, for each invariant: what a broken library would leave behind. */
const statements: readonly (readonly [invariant: string, statement: string])[] = [
  [
    'one committed record per run, step, iteration and item',
    `INSERT INTO settled SELECT run, seq, at FROM settled s WHERE EXISTS (SELECT FROM orchestration_audit_record r
       WHERE r.run_id = s.run AND r.seq = s.seq AND r.type = 'step.completed') LIMIT 1`,
  ],
  [
    'no execution after its commit',
    `INSERT INTO effect SELECT gen_random_uuid(), kind, run, step, iteration, item, key, pid, at + 1e6 FROM effect WHERE step = 'first' LIMIT 1`,
  ],
  [
    'executions <= 1 + crashes',
    // On a slow machine a run may have been taken over in earnest, which would be the excuse.
    `WITH nobody AS (DELETE FROM claimed)
     INSERT INTO effect SELECT gen_random_uuid(), kind, run, step, iteration, item, key, pid, at + 0.001 FROM effect WHERE step = 'left' LIMIT 1`,
  ],
  [
    'no step is performed more often than attempts + crashes',
    `INSERT INTO effect SELECT gen_random_uuid(), kind, run, step, iteration, item, key, pid, at - n FROM effect, generate_series(1, 50) n WHERE step = 'hostile'`,
  ],
  [
    'equal calls of two tools each get an answer of their own',
    `WITH free AS (SELECT set_config('session_replication_role', 'replica', true))
     UPDATE orchestration_audit_record SET payload = '{"output":[{"number":"1"},{"number":"1"}]}' FROM free WHERE type = 'step.completed' AND step = 'pack'`,
  ],
  [
    'what is approved is what is performed',
    `UPDATE effect SET iteration = 1000000 WHERE kind = 'tool' AND step = 'refund'`,
  ],
  ['every completed step was executed', `DELETE FROM effect WHERE step = 'end'`],
  [
    'no irreversible effect twice',
    `INSERT INTO effect SELECT gen_random_uuid(), kind, run, step, iteration, item, key, pid, at FROM effect WHERE kind = 'tool' LIMIT 1`,
  ],
  [
    'no turn of an agent is on record, and paid, twice',
    `INSERT INTO settled SELECT run, seq, at FROM settled s WHERE EXISTS (SELECT FROM orchestration_audit_record r
       WHERE r.run_id = s.run AND r.seq = s.seq AND r.type = 'call.completed' AND r.payload ->> 'kind' = 'model') LIMIT 1`,
  ],
  [
    'no turn is asked for again once its answer is on record',
    `INSERT INTO effect SELECT gen_random_uuid(), kind, run, step, iteration, item, key, pid, at + 1e6 FROM effect WHERE kind = 'model' LIMIT 1`,
  ],
  [
    'no turn is asked for more often than once and after crashes',
    `INSERT INTO effect SELECT gen_random_uuid(), kind, run, step, iteration, item, key, pid, at - n FROM effect, generate_series(1, 50) n WHERE kind = 'model' AND iteration = 1`,
  ],
  [
    'no message to an agent that was accepted is lost, and none is told twice',
    `INSERT INTO told SELECT gen_random_uuid(), 'message', run_id::text, 'never said' FROM orchestration_message LIMIT 1`,
  ],
  [
    'what was said is in its conversation once the agent has answered',
    `DELETE FROM orchestration_message WHERE run_id = (SELECT run_id FROM orchestration_message LIMIT 1)`,
  ],
  [
    'nothing that was said is in a conversation twice, and no place in it is empty',
    `UPDATE orchestration_message SET position = 1000 WHERE position = 2`,
  ],
  [
    'a conversation has each answer of its agents once',
    `DELETE FROM orchestration_message WHERE body ->> 'role' = 'tool'`,
  ],
  [
    'a conversation hands over once',
    `INSERT INTO orchestration_audit_record (run_id, seq, type, actor_kind, actor_id, at, payload, salt, payload_hash, hash)
     SELECT run_id, seq + 100000, type, actor_kind, actor_id, at, payload, salt, payload_hash, hash FROM orchestration_audit_record
       WHERE type = 'call.completed' AND payload ->> 'kind' = 'handoff' LIMIT 1`,
  ],
  [
    'nobody holds a conversation whose call has completed',
    `UPDATE orchestration_conversation SET held_by = gen_random_uuid(), held_call = 'a call'`,
  ],
  [
    'every update of a shared state counts once',
    `WITH free AS (SELECT set_config('session_replication_role', 'replica', true))
     UPDATE orchestration_audit_record SET payload = '{"output":{"seen":["outer","outer"]}}' FROM free WHERE type = 'step.completed' AND step = 'end'`,
  ],
  [
    'what a transactional step writes is there exactly when the step is completed',
    `DELETE FROM booking WHERE run = (SELECT run FROM booking LIMIT 1)`,
  ],
  [
    'every run ends or waits for something nameable',
    `UPDATE orchestration_run SET finished_at = NULL, status = 'running' WHERE workflow = 'chaos'`,
  ],
  [
    'a run ends once, and with its last record',
    `UPDATE orchestration_run SET status = 'cancelled' WHERE workflow = 'chaos'`,
  ],
  [
    'a step that delegates has one child',
    `INSERT INTO orchestration_run (id, workflow, version, definition_hash, format, status, seq, head_hash, input_hash, usage, created_at, finished_at, parent_run_id)
       SELECT gen_random_uuid(), workflow, version, definition_hash, format, status, seq, head_hash, input_hash, usage, created_at, finished_at, parent_run_id
       FROM orchestration_run WHERE workflow = 'chaos-child' LIMIT 1`,
  ],
  [
    'who waits for a child waits for one that has not ended',
    `WITH parent AS (
       UPDATE orchestration_run p SET finished_at = NULL, status = 'waiting'
       FROM orchestration_run c WHERE c.parent_run_id = p.id AND c.finished_at IS NOT NULL RETURNING p.id, c.id AS child
     )
     INSERT INTO orchestration_audit_record (run_id, seq, type, actor_kind, actor_id, at, payload, payload_hash, hash)
       SELECT id, 10000, 'run.waiting', 'code', 'chaos', now(),
         json_build_object('waits', json_build_array(json_build_object('for', 'run', 'runId', child))), '', '' FROM parent`,
  ],
  [
    'no run fails for what happens to its workers',
    `INSERT INTO orchestration_audit_record (run_id, seq, type, actor_kind, actor_id, at, payload, payload_hash, hash)
       SELECT id, 10000, 'run.failed', 'code', 'chaos', now(), '{}', '', '' FROM orchestration_run WHERE workflow = 'chaos' LIMIT 1`,
  ],
  [
    'a run that kills its workers fails',
    `WITH killer AS (
       INSERT INTO orchestration_run (id, workflow, version, definition_hash, format, status, seq, head_hash, input_hash, usage, created_at, finished_at)
       VALUES (gen_random_uuid(), 'chaos', '1', '', 1, 'completed', 1, '', '', '{}', now(), now()) RETURNING id
     )
     INSERT INTO orchestration_audit_record (run_id, seq, type, actor_kind, actor_id, at, payload, payload_hash, hash)
       SELECT id, 1, 'run.created', 'system', 'chaos', now(), '{"input": 50}', '', '' FROM killer`,
  ],
  [
    'nothing that was acknowledged is lost, and one key is one run',
    `INSERT INTO told VALUES (gen_random_uuid(), 'start', 'order 1', gen_random_uuid())`,
  ],
  [
    'each signal is taken once',
    `INSERT INTO orchestration_audit_record (run_id, seq, type, actor_kind, actor_id, at, payload, payload_hash, hash)
       SELECT run_id, 10000, type, 'code', 'chaos', now(), payload, '', '' FROM orchestration_audit_record WHERE type = 'signal.received' LIMIT 1`,
  ],
  [
    'of many decisions one counts',
    `INSERT INTO told SELECT gen_random_uuid(), kind, subject, 'somebody else' FROM told WHERE kind = 'decide'`,
  ],
  ['every chain verifies', `UPDATE orchestration_run SET head_hash = '\\x00' WHERE workflow = 'chaos'`],
];

// Without this nobody would know whether a scenario without violations says anything.
describeOnServer('the checker of the fault harness', () => {
  let environment: Environment;
  let client: Client;

  beforeAll(async () => {
    environment = await Environment.open(await compileLibrary(['test/chaos']), 0);
    await environment.workers.start(1);
    await environment.run({ duration: 60_000, runs: 3, atOnce: 3, peace: 60_000 });
    client = new Client(environment.url);
    await client.connect();
  }, 150_000);
  afterAll(async () => {
    await client.end();
    await environment.close();
  });

  const found = async () => [...new Set((await violations(client)).map(({ invariant }) => invariant))];

  it('finds nothing where nothing is wrong', async () => {
    expect(await found()).toEqual([]);
  });

  it('sees nothing wrong in a retry that begins in the millisecond in which the failure was written', async () => {
    await client.query('BEGIN');
    try {
      const { rowCount } = await client.query(
        `UPDATE settled s SET at = (SELECT max(e.at) + 0.7 FROM effect e WHERE e.run = s.run AND e.step = 'shaky')
         WHERE EXISTS (SELECT FROM orchestration_audit_record r
           WHERE r.run_id = s.run AND r.seq = s.seq AND r.step = 'shaky' AND r.type = 'step.failed')`,
      );
      expect(rowCount).toBeGreaterThan(0);
      expect(await found()).toEqual([]);
    } finally {
      await client.query('ROLLBACK');
    }
  });

  it.each(statements)('sees what breaks "%s"', async (invariant, statement) => {
    await client.query('BEGIN');
    try {
      const { rowCount } = await client.query(statement);
      expect(rowCount).toBeGreaterThan(0);
      expect(await found()).toContain(invariant);
    } finally {
      await client.query('ROLLBACK');
    }
  });
});
