import type { Clock } from '../../clock/index.js';
import { nowPlus, type Statements, type TableNames } from '../../database/index.js';

/** Seconds after a change in which runs are looked for that were stopped before it and have given their lease back after it. */
const lookFor = 20;
/** Most runs that one look wakes. */
const mostAtOnce = 500;

/** Wakes runs that wait for a limit which has changed since. */
export class LimitedRuns {
  constructor(
    private readonly statements: Pick<Statements, 'count'>,
    private readonly tables: TableNames,
    private readonly clock: Clock,
  ) {}

  /** @param all also for limits that have changed long ago: where nothing has changed lately, that is all that costs anything */
  async wake(all: boolean): Promise<void> {
    const { run, limit } = this.tables;
    const now = nowPlus('$1::double precision');
    const lately = `EXISTS (SELECT FROM ${limit} WHERE changed_at > ${now} - interval '${lookFor} seconds')`;
    await this.statements.count({
      name: `nestor_wake_limited${all ? '_all' : ''}`,
      text: `
        UPDATE ${run} SET wake_at = ${now} WHERE id IN (
          SELECT r.id FROM ${run} r
          WHERE r.waits_for IS NOT NULL AND r.worker_id IS NULL AND r.finished_at IS NULL
            AND (r.wake_at IS NULL OR r.wake_at > ${now})
            AND EXISTS (
              SELECT FROM jsonb_each_text(r.waits_for) w JOIN ${limit} l ON l.name = w.key
              WHERE l.generation > w.value::bigint
            )
            ${all ? '' : `AND ${lately}`}
          ORDER BY r.id LIMIT ${mostAtOnce} FOR NO KEY UPDATE OF r SKIP LOCKED
        )`,
      values: [this.clock.offset()],
    });
  }
}
