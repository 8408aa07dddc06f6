import { Pool } from 'pg';
import type { Effect } from './engine.js';

/** The world: a row for each time that a step was performed. */
export function effectsIn(url: string): { readonly leave: Effect; close(): Promise<void> } {
  let pool: Pool | undefined;
  return {
    leave: async (run, step) => {
      pool ??= new Pool({ connectionString: url });
      await pool.query({
        name: 'effect',
        text: 'INSERT INTO bench_effect (run, step) VALUES ($1, $2)',
        values: [run, step],
      });
    },
    close: async () => pool?.end(),
  };
}
