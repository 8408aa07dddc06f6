import { setTimeout as pause } from 'node:timers/promises';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { type Engine, type EngineOptions, shape } from '../engine.js';
import { versionOf } from './version.js';

const longWait = 10 * 24 * 3_600;
let effect: EngineOptions['effect'] = () => Promise.resolve();

const sequential = DBOS.registerWorkflow(
  async (value: string) => {
    let last = value;
    for (let step = 1; step <= shape.steps; step++) {
      const current = last;
      last = await DBOS.runStep(() => Promise.resolve(current), { name: `step${step}` });
    }
    return last;
  },
  { name: 'sequential' },
);

const fanOut = DBOS.registerWorkflow(
  async (value: string) => {
    const split = await DBOS.runStep(
      () => Promise.resolve(Array.from({ length: shape.width }, (_, index) => `${value}${index}`)),
      { name: 'split' },
    );
    // A workflow has to be deterministic: the steps are started in a fixed order, and awaited together.
    const settled = await Promise.allSettled(
      split.map((item, index) => DBOS.runStep(() => Promise.resolve(item), { name: `each${index}` })),
    );
    return DBOS.runStep(
      () => Promise.resolve(settled.filter(({ status }) => status === 'fulfilled').length),
      { name: 'join' },
    );
  },
  { name: 'fan-out' },
);

const waiting = DBOS.registerWorkflow(
  async (value: string) => {
    await DBOS.runStep(() => Promise.resolve(value), { name: 'before' });
    return DBOS.recv<string>('go', longWait);
  },
  { name: 'waiting' },
);

const recoverable = DBOS.registerWorkflow(
  async (run: string) => {
    for (let step = 1; step <= shape.steps; step++) {
      await DBOS.runStep(
        async () => {
          await effect(run, step);
          await pause(shape.slowStep);
          return run;
        },
        { name: `step${step}` },
      );
    }
  },
  { name: 'recoverable' },
);

/** Workflows and steps as functions, on the system database: the library's own default settings. */
class DbosEngine implements Engine {
  readonly name = `DBOS Transact ${versionOf('@dbos-inc/dbos-sdk')}`;

  constructor(private readonly url: string) {}

  /** `launch` also recovers whatever a former process of this executor has left. */
  async open(): Promise<void> {
    DBOS.setConfig({
      name: 'bench',
      applicationVersion: '1',
      systemDatabaseUrl: this.url,
      logLevel: 'error',
      runAdminServer: false,
    });
    await DBOS.launch();
  }

  async runSequential(): Promise<void> {
    await sequential(shape.payload);
  }

  async runMany(runs: number): Promise<void> {
    await Promise.all(Array.from({ length: runs }, () => sequential(shape.payload)));
  }

  async fanOut(): Promise<void> {
    const joined = await fanOut(shape.payload);
    if (joined !== shape.width) throw new Error(`${joined} parallel steps instead of ${shape.width}`);
  }

  async park(runs: number): Promise<void> {
    for (let at = 0; at < runs; at += 200) {
      const batch = Math.min(200, runs - at);
      await Promise.all(Array.from({ length: batch }, () => DBOS.startWorkflow(waiting)(shape.payload)));
    }
    await pause(1_000);
  }

  async begin(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => DBOS.startWorkflow(recoverable, { workflowID: id })(id)));
  }

  /** Nothing to do: `launch` has done it. */
  async recover(): Promise<void> {}

  async close(): Promise<void> {
    await DBOS.shutdown();
  }
}

export function create({ url, effect: leave }: EngineOptions): Engine {
  if (url === undefined) throw new Error('DBOS Transact has no memory store');
  effect = leave;
  return new DbosEngine(url);
}
