import { nowPlus, type Statement, type TableNames } from '../../database/index.js';
import type { JsonValue } from '../../values/index.js';
import type { WorkerInfo } from '../leases.js';

/** Most runs of one worker that are named. */
const mostRuns = 1_000;

/** A worker row as the driver reads it. */
export interface StoredWorker {
  readonly id: string;
  readonly host: string;
  readonly process_id: number;
  readonly started_at: Date;
  readonly heartbeat_at: Date;
  readonly alive: boolean;
  readonly runs: readonly string[] | null;
  readonly in_flight: JsonValue;
}

/** Every registered worker with the runs that it holds. @param timeout milliseconds after which a silent worker is dead */
export function workersStatement(
  tables: TableNames,
  { offset, timeout }: { readonly offset: number; readonly timeout: number },
): Statement {
  const now = nowPlus('$1::double precision');
  return {
    name: 'nestor_workers',
    text: `
      SELECT w.id, w.host, w.process_id, w.started_at, w.heartbeat_at, w.in_flight,
        w.heartbeat_at > ${now} - $2::double precision * interval '1 millisecond' AS alive,
        (SELECT json_agg(h.id ORDER BY h.created_at, h.id) FROM (
           SELECT id, created_at FROM ${tables.run} r WHERE r.worker_id = w.id
           ORDER BY r.created_at, r.id LIMIT ${mostRuns}) h) AS runs
      FROM ${tables.worker} w ORDER BY w.started_at, w.id`,
    values: [offset, timeout],
  };
}

export function workerOf(row: StoredWorker): WorkerInfo {
  return {
    id: row.id,
    host: row.host,
    processId: row.process_id,
    startedAt: row.started_at,
    heartbeatAt: row.heartbeat_at,
    alive: row.alive,
    runs: row.runs ?? [],
    inFlight: row.in_flight,
  };
}
