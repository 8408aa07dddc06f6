import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { type Engine, shape } from '../engine.js';

export interface Row {
  readonly run: string;
  readonly step: number;
  readonly output: string;
}

/** No engine at all: what a program pays that writes each step's result into one table before it continues. */
export class Floor implements Engine {
  constructor(
    readonly name: string,
    private readonly pool: Pool | undefined,
    private readonly save: (row: Row) => Promise<void>,
  ) {}

  async open(): Promise<void> {
    await this.pool?.query(
      'CREATE TABLE IF NOT EXISTS floor (run uuid, step int, output json, PRIMARY KEY (run, step))',
    );
  }

  async runSequential(): Promise<void> {
    const run = randomUUID();
    let last: string = shape.payload;
    for (let step = 1; step <= shape.steps; step++) {
      last = await Promise.resolve(last);
      await this.save({ run, step, output: last });
    }
  }

  async runMany(runs: number): Promise<void> {
    await Promise.all(Array.from({ length: runs }, () => this.runSequential()));
  }

  async fanOut(): Promise<void> {
    const run = randomUUID();
    await this.save({ run, step: 0, output: shape.payload });
    await Promise.all(
      Array.from({ length: shape.width }, (_, index) =>
        this.save({ run, step: index + 1, output: `${shape.payload}${index}` }),
      ),
    );
    await this.save({ run, step: shape.width + 1, output: String(shape.width) });
  }

  async close(): Promise<void> {
    await this.pool?.end();
  }
}
