import { Parameters, type Statement, type TableNames } from '../../database/index.js';
import type { AccountKey } from '../../journal/index.js';
import { generationOf, keyColumns, keyNames, keysOf, same } from './ledger-columns.js';

/** How accounts stand, with what is settled and not booked yet. */
export function standingStatement(tables: TableNames, keys: readonly AccountKey[]): Statement {
  const parameters = new Parameters();
  const sum = (column: string) =>
    `coalesce((SELECT sum(s.${column}) FROM ${tables.settled} s WHERE ${same('s', 'b')}), 0)`;
  return {
    name: 'nestor_standings',
    text: `
      SELECT ${keysOf('b')}, b.used + ${sum('actual')} AS used, greatest(0, b.reserved - ${sum('estimate')}) AS reserved,
        b.raised, b.lim, b.warned, ${generationOf(tables, 'b')} AS generation
      FROM ${tables.budget} b JOIN ${parameters.unnest(keys, keyColumns)} AS k (${keyNames}) ON ${same('b', 'k')}`,
    values: parameters.values,
  };
}
