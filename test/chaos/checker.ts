import type { QueryResult, QueryResultRow } from 'pg';
import { type StoredRecord, verifyChain } from '../../lib/journal/index.js';

export interface Violation {
  readonly invariant: string;
  readonly run: string;
  readonly detail: string;
}

/** Whatever answers statements: the harness's connections, or one in the middle of a transaction. */
export interface Asked {
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<Row>>;
}

interface Rule {
  readonly invariant: string;
  /** Gives `run` and `detail` of whatever breaks it. */
  readonly text: string;
}

const place = 'run, step, iteration, coalesce(item, -1) AS item';

/** Rows of effects and outcomes, with one way to say where they belong. What a fork has taken over is not its own. */
const views = `
  WITH body AS (SELECT ${place}, at, pid FROM effect WHERE kind = 'step'),
  outcome AS (
    SELECT r.run_id AS run, r.type, r.step, coalesce(r.iteration, 0) AS iteration, coalesce(r.item, -1) AS item, s.at
    FROM orchestration_audit_record r JOIN settled s ON s.run = r.run_id AND s.seq = r.seq
    WHERE NOT EXISTS (SELECT FROM orchestration_audit_record f WHERE f.run_id = r.run_id AND f.type = 'run.forked'
      AND r.seq < coalesce((SELECT min(b.seq) FROM orchestration_audit_record b WHERE b.run_id = r.run_id AND b.type = 'run.started'), r.seq + 1))
  ),
  turn AS (
    SELECT r.run_id AS run, r.seq, split_part(r.payload ->> 'name', '/', 2) AS agent, (r.payload -> 'position' ->> 0)::int AS number,
      r.payload ->> 'within' AS within, s.at
    FROM orchestration_audit_record r JOIN settled s ON s.run = r.run_id AND s.seq = r.seq
    WHERE r.type = 'call.completed' AND r.payload ->> 'kind' = 'model'
  ),
  asked AS (SELECT run, step AS agent, iteration AS number, at, pid FROM effect WHERE kind = 'model'),
  said AS (
    SELECT m.run_id AS run, m.position, m.body ->> 'role' AS role, m.body ->> 'content' AS content,
      coalesce(json_array_length(m.body -> 'toolCalls'), 0) AS calls
    FROM orchestration_message m
  ),
  record AS (SELECT * FROM orchestration_audit_record r WHERE run_id IN (SELECT id FROM orchestration_run WHERE workflow LIKE 'chaos%'))`;

/** How long a worker of the harness does not know that its run was taken, in milliseconds. */
const longestIgnorance = 2_000;

/**
 * Whether a process worked on a run that had just been taken from it, and did not know yet: it was declared dead, since its
 * connection was cut or it was frozen, and may begin once more what it had planned. Whoever holds the run never does.
 */
function isUnaware({ run, pid, at }: Readonly<Record<'run' | 'pid' | 'at', string>>): string {
  const own = `'worker ' || ${pid}`;
  const claims = `FROM claimed c WHERE c.run = ${run} AND c.at <= ${at}`;
  return `EXISTS (SELECT ${claims} AND c.process = ${own})
    AND EXISTS (SELECT ${claims} AND c.process <> ${own} AND c.unclean AND c.at >= ${at} - ${longestIgnorance})
    AND (SELECT c.process ${claims} ORDER BY c.at DESC LIMIT 1) <> ${own}`;
}

/** Who has held a run, for whoever has to find out. */
function holders(run: string): string {
  return `(SELECT string_agg(format('%s at %s%s', process, at, CASE WHEN unclean THEN ' (taken over)' END), ', ' ORDER BY at) FROM claimed WHERE run = ${run})`;
}

/** Most attempts of any step of the harness. */
const mostAttempts = 3;

/** Whether a run is one of those that `chaos-workflow.ts` makes a killer, by its input. */
function isKiller(run: string): string {
  return `EXISTS (SELECT FROM orchestration_audit_record k WHERE k.run_id = ${run} AND k.seq = 1 AND (k.payload ->> 'input')::int % 100 = 50)`;
}

const rules: readonly Rule[] = [
  {
    invariant: 'one committed record per run, step, iteration and item',
    text: `SELECT run, format('%s [%s] (%s) is completed %s times', step, iteration, item, count(*)) AS detail
      FROM outcome WHERE type = 'step.completed' GROUP BY run, step, iteration, item HAVING count(*) > 1`,
  },
  {
    invariant: 'no execution after its commit',
    text: `SELECT b.run, format('%s [%s] (%s) was executed by %s, %s ms after it was committed at %s; held by %s', b.step, b.iteration, b.item, b.pid, b.at - o.at, o.at, ${holders('b.run')}) AS detail
      FROM body b JOIN outcome o USING (run, step, iteration, item) WHERE o.type = 'step.completed' AND b.at > o.at
        AND NOT (${isUnaware({ run: 'b.run', pid: 'b.pid', at: 'b.at' })})`,
  },
  {
    // A further execution follows a failed attempt, a wait inside the attempt, or a claim of a run that nobody gave back.
    // Who was declared dead and lives may begin one more, until its own deadline or its next heartbeat.
    // Processes tell the time in whole milliseconds: a retry may begin in the one in which the failure was written.
    invariant: 'executions <= 1 + crashes',
    text: `SELECT run, format('%s [%s] (%s) was executed again by %s, %s ms after it was by %s, and nothing had interrupted it', step, iteration, item, pid, at - before, former) AS detail
      FROM (SELECT *, lag(at) OVER again AS before, lag(pid) OVER again AS former FROM body
        WINDOW again AS (PARTITION BY run, step, iteration, item ORDER BY at)) b
      WHERE before IS NOT NULL
        AND NOT EXISTS (SELECT FROM outcome o WHERE (o.run, o.step, o.iteration, o.item) = (b.run, b.step, b.iteration, b.item)
          AND o.type IN ('step.failed', 'step.waiting') AND floor(o.at) BETWEEN b.before AND b.at)
        AND NOT EXISTS (SELECT FROM claimed c WHERE c.run = b.run AND c.unclean AND c.at BETWEEN b.before - ${longestIgnorance} AND b.at)`,
  },
  {
    // Each take-over may have met one that lives and begins one more.
    invariant: 'no step is performed more often than attempts + crashes',
    text: `SELECT run, format('%s [%s] (%s) was executed %s times, with %s waits and %s take-overs', step, iteration, item, executions, waits, crashes) AS detail
      FROM (SELECT b.*, (SELECT count(*) FROM outcome o WHERE (o.run, o.step, o.iteration, o.item) = (b.run, b.step, b.iteration, b.item) AND o.type = 'step.waiting') AS waits,
          (SELECT count(*) FROM claimed c WHERE c.run = b.run AND c.unclean) AS crashes
        FROM (SELECT run, step, iteration, item, count(*) AS executions FROM body GROUP BY run, step, iteration, item) b) x
      WHERE executions > ${mostAttempts} + waits + 2 * crashes`,
  },
  {
    invariant: 'equal calls of two tools each get an answer of their own',
    text: `SELECT run_id AS run, format('both got %s', payload -> 'output' -> 0 ->> 'number') AS detail FROM record
      WHERE type = 'step.completed' AND step = 'pack' AND (payload -> 'output' -> 0 ->> 'number') IS NOT DISTINCT FROM (payload -> 'output' -> 1 ->> 'number')`,
  },
  {
    invariant: 'what is approved is what is performed',
    text: `SELECT e.run, format('%s was refunded, and %s approved', e.iteration, coalesce(v.value, v.proposed) ->> 'amount') AS detail
      FROM effect e JOIN orchestration_review v ON v.run_id = e.run AND v.kind = 'call' AND v.status = 'decided' AND v.proposed ->> 'key' = e.key
      WHERE e.kind = 'tool' AND e.step = 'refund' AND e.iteration::text IS DISTINCT FROM coalesce(v.value, v.proposed) ->> 'amount'`,
  },
  {
    invariant: 'every completed step was executed',
    text: `SELECT o.run, format('%s [%s] (%s) is completed and was never executed', step, iteration, item) AS detail FROM outcome o
      WHERE type = 'step.completed' AND NOT (step = 'each' AND item = -1)
        AND NOT EXISTS (SELECT FROM body b WHERE (b.run, b.step, b.iteration, b.item) = (o.run, o.step, o.iteration, o.item))`,
  },
  {
    invariant: 'no irreversible effect twice',
    text: `SELECT run, format('the mail of %s was sent %s times: %s', key, count(*), string_agg(format('at %s by %s', at, pid), ', ' ORDER BY at)) AS detail FROM effect WHERE kind = 'tool' GROUP BY run, key HAVING count(*) > 1`,
  },
  {
    invariant: 'no turn of an agent is on record, and paid, twice',
    text: `SELECT run, format('turn %s of %s is there %s times', number, agent, count(*)) AS detail FROM turn
      GROUP BY run, agent, within, number HAVING count(*) > 1`,
  },
  {
    // Who was declared dead and lives may ask once more, until its next heartbeat.
    invariant: 'no turn is asked for again once its answer is on record',
    text: `SELECT a.run, format('turn %s of %s was asked for by %s, %s ms after its answer was committed at %s; held by %s', a.number, a.agent, a.pid, a.at - t.at, t.at, ${holders('a.run')}) AS detail
      FROM asked a JOIN turn t USING (run, agent, number) WHERE a.at > t.at
        AND NOT (${isUnaware({ run: 'a.run', pid: 'a.pid', at: 'a.at' })})`,
  },
  {
    invariant: 'no turn is asked for more often than once and after crashes',
    text: `SELECT run, format('turn %s of %s was asked for %s times, with %s take-overs', number, agent, requests, crashes) AS detail
      FROM (SELECT run, agent, number, count(*) AS requests,
          (SELECT count(*) FROM claimed c WHERE c.run = asked.run AND c.unclean) AS crashes,
          (SELECT count(*) FROM outcome o WHERE o.run = asked.run AND o.step IN ('solve', 'converse') AND o.type IN ('step.failed', 'step.waiting')) AS again
        FROM asked GROUP BY run, agent, number) x
      WHERE requests > 1 + again + 2 * crashes`,
  },
  {
    invariant: 'what a transactional step writes is there exactly when the step is completed',
    text: `SELECT run, format('%s bookings, %s completed', booked, completed) AS detail FROM (
        SELECT id AS run, (SELECT count(*) FROM booking b WHERE b.run = id) AS booked,
          (SELECT count(*) FROM outcome o WHERE o.run = id AND o.step = 'book' AND o.type = 'step.completed') AS completed
        FROM orchestration_run WHERE workflow = 'chaos') x WHERE booked <> completed OR booked > 1`,
  },
  {
    invariant: 'every run ends or waits for something nameable',
    text: `SELECT id AS run, format('it is %s, held by %s, with %s unread messages, and waits for %s', status, coalesce(worker_id::text, 'nobody'), inbox_pending, coalesce(waits::text, 'nothing')) AS detail
      FROM (SELECT *, (SELECT payload -> 'waits' FROM record WHERE run_id = id AND type = 'run.waiting' ORDER BY seq DESC LIMIT 1) AS waits
        FROM orchestration_run WHERE workflow LIKE 'chaos%' AND finished_at IS NULL) x
      WHERE NOT (status = 'waiting' AND worker_id IS NULL AND inbox_pending = 0 AND coalesce(json_array_length(waits), 0) > 0)`,
  },
  {
    invariant: 'who waits for a child waits for one that has not ended',
    text: `SELECT r.id AS run, format('it waits for %s, which is %s', w ->> 'runId', coalesce(c.status, 'not there')) AS detail
      FROM orchestration_run r
        CROSS JOIN LATERAL (SELECT payload FROM record WHERE run_id = r.id AND type = 'run.waiting' ORDER BY record.seq DESC LIMIT 1) p
        CROSS JOIN LATERAL json_array_elements(p.payload -> 'waits') w
        LEFT JOIN orchestration_run c ON c.id = (w ->> 'runId')::uuid
      WHERE r.workflow = 'chaos' AND r.status = 'waiting' AND w ->> 'for' = 'run' AND c.status IN ('completed', 'failed', 'cancelled') IS NOT FALSE`,
  },
  {
    invariant: 'a run ends once, and with its last record',
    text: `SELECT id AS run, format('it is %s and its last record is %s of %s, %s ends', status, last, seq, ends) AS detail
      FROM (SELECT *, (SELECT type FROM record WHERE run_id = id ORDER BY record.seq DESC LIMIT 1) AS last,
          (SELECT count(*) FROM record WHERE run_id = id AND type IN ('run.completed', 'run.failed', 'run.cancelled')) AS ends
        FROM orchestration_run WHERE workflow LIKE 'chaos%' AND finished_at IS NOT NULL) x
      WHERE ends <> 1 OR last <> 'run.' || status`,
  },
  {
    invariant: 'a step that delegates has one child',
    text: `SELECT parent_run_id AS run, format('it has %s', count(*)) AS detail FROM orchestration_run
      WHERE workflow = 'chaos-child' GROUP BY parent_run_id HAVING count(*) > 1`,
  },
  {
    // Those that have killed them themselves had better fail.
    invariant: 'no run fails for what happens to its workers',
    text: `SELECT run_id AS run, format('%s, after %s', payload, (SELECT json_agg(json_build_array(b.seq, b.type, b.step, b.attempt, b.payload -> 'error' ->> 'code')) FROM record b WHERE b.run_id = record.run_id)) AS detail
      FROM record WHERE type = 'run.failed' AND NOT (${isKiller('run_id')} AND payload -> 'error' ->> 'code' = 'RUN_FAILED')`,
  },
  {
    invariant: 'a run that kills its workers fails',
    text: `SELECT id AS run, format('it is %s', status) AS detail FROM orchestration_run
      WHERE workflow = 'chaos' AND status NOT IN ('failed', 'cancelled') AND ${isKiller('id')}`,
  },
  {
    invariant: 'nothing that was acknowledged is lost, and one key is one run',
    text: `SELECT min(answer) AS run, format('the key %s gave %s runs, of which %s are there', subject, count(DISTINCT answer), count(DISTINCT r.id)) AS detail
      FROM told LEFT JOIN orchestration_run r ON r.id::text = answer WHERE kind = 'start' GROUP BY subject
      HAVING count(DISTINCT answer) <> 1 OR count(DISTINCT r.id) <> 1`,
  },
  {
    invariant: 'each signal is taken once',
    text: `SELECT run_id AS run, format('signal %s was received %s times', payload ->> 'payload', count(*)) AS detail
      FROM record WHERE type = 'signal.received' GROUP BY run_id, payload ->> 'payload' HAVING count(*) > 1`,
  },
  {
    invariant: 'no message to an agent that was accepted is lost, and none is told twice',
    text: `SELECT t.subject AS run, format('%s is in the conversation %s times: %s', t.answer, (SELECT count(*) FROM said s WHERE s.run::text = t.subject AND s.content = t.answer),
          (SELECT json_agg(json_build_array(b.seq, b.type, b.call, b.payload -> 'kind', b.payload -> 'position', b.payload -> 'message', b.payload -> 'arguments' -> 'said', s.at) ORDER BY b.seq)
            FROM record b LEFT JOIN settled s ON s.run = b.run_id AND s.seq = b.seq
            WHERE b.run_id::text = t.subject AND (b.step = 'converse' OR b.type LIKE 'message.%' OR b.type IN ('run.started', 'run.resumed')))) AS detail
      FROM told t WHERE t.kind = 'message' AND EXISTS (SELECT FROM outcome o WHERE o.run::text = t.subject AND o.step = 'converse' AND o.type = 'step.completed')
        AND (SELECT count(*) FROM said s WHERE s.run::text = t.subject AND s.content = t.answer) <> 1`,
  },
  {
    invariant: 'what was said is in its conversation once the agent has answered',
    text: `SELECT o.run, 'it has none' AS detail FROM outcome o
      WHERE o.step = 'converse' AND o.type = 'step.completed' AND NOT EXISTS (SELECT FROM said s WHERE s.run = o.run)`,
  },
  {
    invariant: 'nothing that was said is in a conversation twice, and no place in it is empty',
    text: `SELECT run, format('%s messages up to place %s, of which users have said %s, %s of them different', messages, last, users, distinct_users) AS detail
      FROM (SELECT run, count(*) AS messages, max(position) AS last, count(*) FILTER (WHERE role = 'user') AS users,
          count(DISTINCT content) FILTER (WHERE role = 'user') AS distinct_users FROM said GROUP BY run) x
      WHERE messages <> last OR users <> distinct_users`,
  },
  {
    // Two calls of tools by the first agent, a handoff, and one by the second.
    invariant: 'a conversation has each answer of its agents once',
    text: `SELECT run, format('it has %s answers with calls, and %s results', answers, results) AS detail
      FROM (SELECT run, count(*) FILTER (WHERE calls > 0) AS answers, count(*) FILTER (WHERE role = 'tool') AS results FROM said GROUP BY run) x
      WHERE answers <> 3 OR results <> 4`,
  },
  {
    invariant: 'a conversation hands over once',
    text: `SELECT run_id AS run, format('%s handoffs', count(*)) AS detail FROM record
      WHERE type = 'call.completed' AND payload ->> 'kind' = 'handoff' GROUP BY run_id, payload ->> 'within' HAVING count(*) > 1`,
  },
  {
    invariant: 'nobody holds a conversation whose call has completed',
    text: `SELECT c.id AS run, format('call %s holds it', c.held_call) AS detail FROM orchestration_conversation c
      JOIN outcome o ON o.run::text = c.id AND o.step = 'converse' AND o.type = 'step.completed' WHERE c.held_by IS NOT NULL`,
  },
  {
    invariant: 'every update of a shared state counts once',
    text: `SELECT run_id AS run, format('the end saw %s', payload -> 'output' -> 'seen') AS detail FROM record
      WHERE type = 'step.completed' AND step = 'end' AND (SELECT array_agg(value ORDER BY value) FROM json_array_elements_text(payload -> 'output' -> 'seen'))
        IS DISTINCT FROM ARRAY['billing', 'item 0', 'item 1', 'item 2', 'item 3', 'outer', 'triage']`,
  },
  {
    invariant: 'of many decisions one counts',
    text: `SELECT run_id AS run, format('review %s: %s callers were told that they decided, the journal has %s, the row says %s', id, accepted, recorded, decided_by) AS detail
      FROM (SELECT *, (SELECT count(*) FROM told WHERE kind = 'decide' AND subject = v.id) AS accepted,
          (SELECT min(answer) FROM told WHERE kind = 'decide' AND subject = v.id) AS acceptor,
          (SELECT count(*) FROM record d WHERE d.run_id = v.run_id AND d.type = 'review.decided' AND d.payload ->> 'reviewId' = v.id) AS recorded
        FROM orchestration_review v) x
      WHERE accepted > 1 OR recorded > 1 OR (accepted = 1 AND acceptor IS DISTINCT FROM decided_by)`,
  },
];

/** Looks at the database only: at what the library left there, and at what the harness wrote down beside it. */
export async function violations(database: Asked): Promise<Violation[]> {
  const found: Violation[] = [];
  for (const { invariant, text } of rules) {
    const { rows } = await database.query<{ run: string; detail: string }>(`${views} ${text}`);
    found.push(...rows.map(({ run, detail }) => ({ invariant, run, detail })));
  }
  return [...found, ...(await unreadable(database)), ...(await brokenChains(database))];
}

/** A single value that the database cannot convert would break every query over all steps. */
async function unreadable(database: Asked): Promise<Violation[]> {
  try {
    await database.query('SAVEPOINT readable').catch(() => undefined);
    await database.query(
      `SELECT count(v::text), count(v.error ->> 'message') FROM orchestration_step_execution v`,
    );
    return [];
  } catch (error) {
    await database.query('ROLLBACK TO SAVEPOINT readable').catch(() => undefined);
    return [{ invariant: 'the view of all steps can be read', run: '', detail: String(error) }];
  }
}

interface Row extends Omit<StoredRecord, 'runId' | 'at' | 'actor'> {
  readonly run_id: string;
  readonly actor_kind: StoredRecord['actor']['kind'];
  readonly actor_id: string;
  readonly at: Date;
  readonly payload_hash: string;
}

async function brokenChains(database: Asked): Promise<Violation[]> {
  const runs = await database.query<{ id: string; seq: number; head_hash: string }>(
    `SELECT id, seq, encode(head_hash, 'hex') AS head_hash FROM orchestration_run WHERE workflow LIKE 'chaos%'`,
  );
  const found: Violation[] = [];
  for (const { id, seq, head_hash } of runs.rows) {
    const { rows } = await database.query<Row>(
      `SELECT run_id, seq, type, step, iteration, item, attempt, call, actor_kind, actor_id, at, payload, salt,
        encode(payload_hash, 'hex') AS payload_hash, encode(hash, 'hex') AS hash
       FROM orchestration_audit_record WHERE run_id = $1 ORDER BY seq`,
      [id],
    );
    const problem = verifyChain(rows.map(recordOf), { seq, hash: head_hash });
    if (problem) found.push({ invariant: 'every chain verifies', run: id, detail: problem.message });
  }
  return found;
}

function recordOf(row: Row): StoredRecord {
  const { run_id: runId, actor_kind: kind, actor_id: id, at, payload_hash: payloadHash, ...rest } = row;
  const present = Object.fromEntries(
    Object.entries(rest).filter(([name, value]) => value !== null || name === 'payload' || name === 'salt'),
  );
  // Columns that are null are fields that the record does not have.
  return { ...present, runId, actor: { kind, id }, at: at.toISOString(), payloadHash } as StoredRecord;
}
