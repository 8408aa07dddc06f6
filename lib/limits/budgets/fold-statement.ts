import { names, nowPlus, Parameters, type Statement, type TableNames } from '../../database/index.js';
import type { Settlement } from '../../journal/index.js';
import { slotWindow } from '../slot-window.js';
import { type Batch, keyNames, keysOf, same, settlementColumns } from './ledger-columns.js';

/**
 * Books what calls of a process have used, from its own rows and from what it hands in: what was set aside is free, as far as
 * it is still held. Of a worker that was taken for dead all was booked at the estimate, which is put right here.
 * @param workers whose rows are booked; what is handed in is of the batch's worker
 */
export function foldStatement(
  tables: TableNames,
  workers: readonly string[],
  released?: { readonly batch: Batch; readonly settlements: readonly Settlement[] },
): Statement {
  const parameters = new Parameters();
  const ids = parameters.add([...workers], 'uuid[]');
  const turn = released
    ? `turn AS (
        INSERT INTO ${tables.ledger} AS t (worker_id, batch)
        VALUES (${parameters.add(released.batch.workerId, 'uuid')}, ${parameters.add(released.batch.number, 'bigint')})
        ON CONFLICT (worker_id) DO UPDATE SET batch = excluded.batch WHERE t.batch < excluded.batch
        RETURNING batch
      ),
      released AS (
        SELECT r.* FROM ${parameters.unnest(released.settlements, settlementColumns)} AS r (${names(settlementColumns)}), turn
      ),`
    : '';
  const columns = names(settlementColumns);
  return {
    name: `nestor_fold${released ? '_released' : ''}`,
    text: `
      WITH ${turn}
      touched AS MATERIALIZED (
        SELECT ${keyNames} FROM ${tables.settled} WHERE worker_id = ANY(${ids}) AND (estimate <> 0 OR actual <> 0)
        ${released ? `UNION SELECT ${keyNames} FROM released` : ''}
      ),
      locked AS MATERIALIZED (
        SELECT ${keysOf('b')} FROM ${tables.budget} b JOIN touched t ON ${same('b', 't')}
        ORDER BY ${keysOf('b')} FOR NO KEY UPDATE OF b
      ),
      own AS MATERIALIZED (
        SELECT ${names(settlementColumns, 's.')} FROM ${tables.settled} s JOIN locked l ON ${same('s', 'l')}
        WHERE s.worker_id = ANY(${ids}) ORDER BY s.worker_id, ${keysOf('s')} FOR NO KEY UPDATE OF s
      ),
      sums AS (
        SELECT worker_id, ${keyNames}, sum(estimate)::bigint AS estimate, sum(actual)::bigint AS actual
        FROM (SELECT ${columns} FROM own ${released ? `UNION ALL SELECT ${columns} FROM released` : ''}) o
        GROUP BY worker_id, ${keyNames}
      ),
      held AS MATERIALIZED (
        SELECT h.worker_id, ${keysOf('h')}, h.reserved FROM ${tables.hold} h
          JOIN sums s ON h.worker_id = s.worker_id AND ${same('h', 's')}
        ORDER BY ${keysOf('h')}, h.worker_id FOR NO KEY UPDATE OF h
      ),
      due AS MATERIALIZED (
        SELECT s.*, least(s.estimate, coalesce(h.reserved, 0)) AS freed
        FROM sums s LEFT JOIN held h ON h.worker_id = s.worker_id AND ${same('h', 's')}
      ),
      emptied AS (
        UPDATE ${tables.settled} s SET estimate = s.estimate - o.estimate, actual = s.actual - o.actual
        FROM own o WHERE s.worker_id = o.worker_id AND ${same('s', 'o')}
      ),
      unheld AS (
        UPDATE ${tables.hold} h SET reserved = h.reserved - d.freed
        FROM due d WHERE h.worker_id = d.worker_id AND ${same('h', 'd')}
      )
      UPDATE ${tables.budget} b SET
        used = b.used + d.actual - ${usedUp('d', 'd.estimate - d.freed')},
        reserved = b.reserved - d.freed
      FROM (
        SELECT ${keyNames}, sum(estimate)::bigint AS estimate, sum(actual)::bigint AS actual, sum(freed)::bigint AS freed
        FROM due GROUP BY ${keyNames}
      ) d WHERE ${same('b', 'd')}`,
    values: parameters.values,
  };
}

/** Workers that hold or have settled something and are not alive. @param timeout milliseconds after which a silent one is dead */
export function deadStatement(tables: TableNames, timeout: number, offset: number): Statement {
  const isDead = `NOT EXISTS (SELECT FROM ${tables.worker} w WHERE w.id = x.worker_id
    AND w.heartbeat_at > ${nowPlus('$2::double precision')} - $1::double precision * interval '1 millisecond')`;
  return {
    name: 'nestor_dead_holders',
    text: `
      SELECT DISTINCT worker_id AS id FROM (
        SELECT worker_id FROM ${tables.hold} UNION SELECT worker_id FROM ${tables.settled} UNION SELECT worker_id FROM ${tables.ledger}
      ) x WHERE ${isDead}`,
    values: [timeout, offset],
  };
}

/** What counts as used of what a dead worker held. Of calls in flight nothing does: they are over. */
function usedUp(table: string, amount: string): string {
  return `CASE WHEN ${table}."window" = '${slotWindow}' THEN 0 ELSE ${amount} END`;
}

/** What dead workers have set aside is booked at its estimate, and they leave nothing behind. */
export function chargeStatement(tables: TableNames, workers: readonly string[]): Statement {
  return {
    name: 'nestor_charge_dead',
    text: `
      WITH touched AS MATERIALIZED (SELECT DISTINCT ${keyNames} FROM ${tables.hold} WHERE worker_id = ANY($1::uuid[])),
      locked AS MATERIALIZED (
        SELECT ${keysOf('b')} FROM ${tables.budget} b JOIN touched t ON ${same('b', 't')}
        ORDER BY ${keysOf('b')} FOR NO KEY UPDATE OF b
      ),
      held AS MATERIALIZED (
        SELECT h.worker_id, ${keysOf('h')}, h.reserved FROM ${tables.hold} h JOIN locked l ON ${same('h', 'l')}
        WHERE h.worker_id = ANY($1::uuid[]) ORDER BY ${keysOf('h')}, h.worker_id FOR UPDATE OF h
      ),
      gone AS (
        DELETE FROM ${tables.hold} h USING held x WHERE h.worker_id = x.worker_id AND ${same('h', 'x')}
      ),
      settled AS (
        DELETE FROM ${tables.settled} WHERE worker_id = ANY($1::uuid[]) AND estimate = 0 AND actual = 0
      ),
      forgotten AS (DELETE FROM ${tables.ledger} WHERE worker_id = ANY($1::uuid[]))
      UPDATE ${tables.budget} b SET used = b.used + ${usedUp('h', 'h.reserved')}, reserved = b.reserved - h.reserved
      FROM (SELECT ${keyNames}, sum(reserved)::bigint AS reserved FROM held GROUP BY ${keyNames}) h
      WHERE ${same('b', 'h')}`,
    values: [[...workers]],
  };
}
