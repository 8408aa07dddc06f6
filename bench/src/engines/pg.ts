import { Pool } from 'pg';
import type { Engine, EngineOptions } from '../engine.js';
import { Floor } from './floor.js';
import { versionOf } from './version.js';

/** One named `INSERT` a step, over a pool of ten connections; without a database, nothing but the loop. */
export function create({ url }: EngineOptions): Engine {
  const name = `pg ${versionOf('pg')}, one INSERT a step`;
  if (url === undefined) return new Floor(name, undefined, () => Promise.resolve());
  const pool = new Pool({ connectionString: url });
  return new Floor(name, pool, async ({ run, step, output }) => {
    await pool.query({
      name: 'insert',
      text: 'INSERT INTO floor VALUES ($1, $2, $3)',
      values: [run, step, JSON.stringify(output)],
    });
  });
}
