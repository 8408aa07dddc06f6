import { type Column, names, Parameters, type Statement, type TableNames } from '../../database/index.js';
import type { AccountKey } from '../../journal/index.js';
import type { Entry } from './budget-ledger.js';
import { type Batch, generationOf, keyColumns, keyNames, keysOf, same } from './ledger-columns.js';

const entryColumns: readonly Column<Entry>[] = [
  ...keyColumns,
  ['amount', 'bigint', ({ amount }) => amount],
  ['lim', 'bigint', ({ limit }) => limit],
  ['warn_at', 'double precision', ({ warnAt }) => warnAt ?? null],
];

/**
 * Sets aside what many calls want together, if all of it fits. Rows of budgets are locked in the order of their keys, and only
 * while the statement lasts. A budget that has no row yet is told by nulls: nothing is set aside then.
 */
export function reserveStatement(tables: TableNames, batch: Batch, entries: readonly Entry[]): Statement {
  const parameters = new Parameters();
  const wanted = parameters.unnest(entries, entryColumns);
  const worker = parameters.add(batch.workerId, 'uuid');
  const number = parameters.add(batch.number, 'bigint');
  return {
    name: 'nestor_reserve',
    text: `
      WITH wanted AS (SELECT * FROM ${wanted} AS w (${names(entryColumns)})),
      locked AS MATERIALIZED (
        SELECT ${keysOf('b')}, b.used, b.reserved, b.raised, b.warned
        FROM ${tables.budget} b JOIN wanted w ON ${same('b', 'w')}
        ORDER BY ${keysOf('b')} FOR NO KEY UPDATE OF b
      ),
      fits AS MATERIALIZED (
        SELECT count(l.owner) = count(*) AND bool_and(w.amount = 0 OR l.used + l.reserved + w.amount <= w.lim + l.raised) AS ok
        FROM wanted w LEFT JOIN locked l ON ${same('l', 'w')}
      ),
      turn AS (
        INSERT INTO ${tables.ledger} AS t (worker_id, batch) SELECT ${worker}, ${number} FROM fits WHERE ok
        ON CONFLICT (worker_id) DO UPDATE SET batch = excluded.batch WHERE t.batch < excluded.batch
        RETURNING batch
      ),
      updated AS (
        UPDATE ${tables.budget} b SET
          reserved = b.reserved + w.amount,
          lim = w.lim,
          warned = b.warned OR (w.amount > 0 AND w.warn_at IS NOT NULL
            AND b.used + b.reserved + w.amount >= w.warn_at * (w.lim + b.raised))
        FROM wanted w, turn WHERE ${same('b', 'w')}
      ),
      held AS (
        INSERT INTO ${tables.hold} AS h (${keyNames}, worker_id, reserved)
        SELECT ${keysOf('w')}, ${worker}, w.amount FROM wanted w, turn ORDER BY ${keysOf('w')}
        ON CONFLICT (${keyNames}, worker_id) DO UPDATE SET reserved = h.reserved + excluded.reserved
      )
      SELECT ${keysOf('w')}, l.used, l.reserved, l.raised, l.warned, f.ok,
        (SELECT batch >= ${number} FROM ${tables.ledger} WHERE worker_id = ${worker}) AS done,
        ${generationOf(tables, 'w')} AS generation
      FROM wanted w LEFT JOIN locked l ON ${same('l', 'w')} CROSS JOIN fits f`,
    values: parameters.values,
  };
}

/** Rows for budgets that nothing was set aside of yet. */
export function openStatement({ budget }: TableNames, keys: readonly AccountKey[]): Statement {
  const parameters = new Parameters();
  return {
    name: 'nestor_open_budgets',
    text: `
      INSERT INTO ${budget} (${keyNames})
      SELECT * FROM ${parameters.unnest(keys, keyColumns)} AS k (${keyNames}) ORDER BY ${keyNames}
      ON CONFLICT DO NOTHING`,
    values: parameters.values,
  };
}
