import { type Column, names } from '../../../database/index.js';
import type { Settlement } from '../../settlement.js';
import type { CommitPart } from './commit-part.js';

type OwnSettlement = Settlement & { readonly runId: string };

const settlementColumns: readonly Column<OwnSettlement>[] = [
  ['run_id', 'uuid', ({ runId }) => runId],
  ['worker_id', 'uuid', ({ workerId }) => workerId],
  ['owner', 'text', ({ owner }) => owner],
  ['unit', 'text', ({ unit }) => unit],
  ['window', 'text', ({ window }) => window],
  ['estimate', 'bigint', ({ estimate }) => estimate],
  ['actual', 'bigint', ({ actual }) => actual],
];

const keyNames = '"worker_id", "owner", "unit", "window"';

/**
 * What calls have used of budgets that many runs share. It goes into rows that only this process writes, so that nobody waits
 * for anybody; from there it is booked in the budget a moment later.
 */
export const settlementPart: CommitPart = {
  concerns: ({ settlements = [] }) => settlements.length > 0,

  expressions({ tables, parameters, entries }) {
    const settlements = entries.flatMap(({ runId, effects }) =>
      (effects?.settlements ?? []).map((settlement) => ({ ...settlement, runId })),
    );
    return [
      `settled AS (
        INSERT INTO ${tables.settled} AS s (${keyNames}, "estimate", "actual")
        SELECT ${keyNames}, sum(e."estimate"), sum(e."actual")
        FROM ${parameters.unnest(settlements, settlementColumns)} AS e (${names(settlementColumns)})
          JOIN mine m ON m.id = e.run_id
        GROUP BY ${keyNames} ORDER BY "owner" COLLATE "C", "unit" COLLATE "C", "window" COLLATE "C"
        ON CONFLICT (${keyNames}) DO UPDATE SET
          "estimate" = s."estimate" + excluded."estimate", "actual" = s."actual" + excluded."actual"
      )`,
    ];
  },
};
