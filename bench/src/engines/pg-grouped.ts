import { Pool } from 'pg';
import type { Engine, EngineOptions } from '../engine.js';
import { Floor, type Row } from './floor.js';
import { versionOf } from './version.js';

/** What comes while an `INSERT` is on its way goes together in the next one. */
export function create({ url }: EngineOptions): Engine {
  const pool = new Pool({ connectionString: url });
  let waiting: { row: Row; done: () => void; failed: (error: unknown) => void }[] = [];
  let isBusy = false;

  const drain = async () => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const rows = batch.map(({ row }) => row);
      try {
        await pool.query({
          name: 'insert-many',
          text: 'INSERT INTO floor SELECT * FROM unnest($1::uuid[], $2::int[], $3::json[])',
          values: [
            rows.map(({ run }) => run),
            rows.map(({ step }) => step),
            rows.map(({ output }) => JSON.stringify(output)),
          ],
        });
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    isBusy = false;
  };

  return new Floor(
    `pg ${versionOf('pg')}, grouped INSERT`,
    pool,
    (row) =>
      new Promise((done, failed) => {
        waiting.push({ row, done, failed });
        if (isBusy) return;
        isBusy = true;
        queueMicrotask(() => void drain());
      }),
  );
}
