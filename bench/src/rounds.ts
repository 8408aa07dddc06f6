import { inChild } from './children.js';
import { BenchDatabase } from './database.js';
import { type EngineId, engines } from './engines/index.js';
import type { Job } from './jobs.js';
import type { Measurement } from './measurement.js';
import { multiply } from './multiply.js';
import { recovery } from './recovery.js';
import type { Sizes } from './sizes.js';
import { writes } from './writes.js';

/** What is measured, in this order; `--only speed,writes` chooses. */
export const parts = ['speed', 'memory', 'writes', 'history', 'waiting', 'recovery'] as const;
export type Part = (typeof parts)[number];

type Measure = (engine: EngineId, sizes: Sizes) => Promise<Measurement[]>;
/** Who is told, as soon as there is something to tell. */
export interface Listener {
  say(line: string): void;
  found(figure: Measurement): void;
}

const measures: Record<Exclude<Part, 'history'>, Measure> = {
  speed: (engine, sizes) => fresh(engine, (database) => job(engine, database.url, { kind: 'speed' }, sizes)),
  memory: async (engine, sizes) =>
    engines[engine].inMemory ? job(engine, undefined, { kind: 'in memory' }, sizes) : [],
  writes: (engine, sizes) =>
    fresh(engine, async (database) => [
      ...(await writes(engine, database, sizes, {
        atOnce: 200,
        waves: sizes.waves,
        workload: '200 at once',
      })),
      ...(await writes(engine, database, sizes, { atOnce: 1, waves: sizes.alone, workload: 'alone' })),
    ]),
  waiting: (engine, sizes) =>
    fresh(engine, (database) => job(engine, database.url, { kind: 'waiting' }, sizes)),
  recovery: async (engine, sizes) =>
    engines[engine].storage ? fresh(engine, (database) => recovery(engine, database, sizes)) : [],
};

/** Parts that take minutes are measured in fewer rounds. */
const most: Partial<Record<Part, number>> = { history: 3, waiting: 1, recovery: 3 };

/** Every engine in turn, round after round, each round beginning with another one. */
export async function runRounds(
  chosen: readonly EngineId[],
  wanted: readonly Part[],
  sizes: Sizes,
  listener: Listener,
): Promise<void> {
  for (const part of wanted) {
    const rounds = Math.min(sizes.rounds, most[part] ?? sizes.rounds);
    if (part === 'history') await historyRounds(chosen, rounds, sizes, listener);
    else await inTurn(part, chosen, rounds, listener, (engine) => measures[part](engine, sizes));
  }
}

/** The databases are filled once, and kept through all rounds. */
async function historyRounds(
  chosen: readonly EngineId[],
  rounds: number,
  sizes: Sizes,
  listener: Listener,
): Promise<void> {
  const histories = new Map<EngineId, History>();
  try {
    for (const engine of chosen) {
      const history = await openHistory(engine, sizes, listener);
      if (history) histories.set(engine, history);
    }
    await inTurn('history', [...histories.keys()], rounds, listener, async (engine) => {
      const { empty, full } = histories.get(engine) ?? {};
      const measured = (database: BenchDatabase | undefined, suffix: string) =>
        database ? job(engine, database.url, { kind: 'history', suffix }, sizes) : [];
      return [...(await measured(empty, ', empty tables')), ...(await measured(full, ', full tables'))];
    });
  } finally {
    for (const { empty, full } of histories.values()) await Promise.all([empty.drop(), full.drop()]);
  }
}

interface History {
  readonly empty: BenchDatabase;
  readonly full: BenchDatabase;
}

async function openHistory(engine: EngineId, sizes: Sizes, { say }: Listener): Promise<History | undefined> {
  const { storage } = engines[engine];
  if (!storage) return undefined;
  const history = { empty: await BenchDatabase.open(engine), full: await BenchDatabase.open(engine) };
  const { url } = history.full;
  // Both have their tables before anybody looks at how long a start takes.
  await job(engine, history.empty.url, { kind: 'idle' }, sizes);
  say(`history · filling the tables of ${engine}`);
  await multiply(history.full, storage, sizes, (run) => job(engine, url, { kind: 'seed', run }, sizes));
  return history;
}

async function inTurn(
  part: Part,
  chosen: readonly EngineId[],
  rounds: number,
  { say, found }: Listener,
  measure: (engine: EngineId) => Promise<Measurement[]>,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const engine of rotated(chosen, round)) {
      const figures = await measure(engine).catch((error: unknown) => {
        say(`${engine}: ${part} could not be measured: ${String(error)}`);
        return [];
      });
      const where = `${part} ${round + 1}/${rounds}`;
      for (const figure of figures) {
        const { engine: name, workload, metric, value, unit } = figure;
        found(figure);
        say(`${where} · ${name} · ${workload} · ${metric}: ${value.toPrecision(4)} ${unit}`);
      }
    }
  }
}

async function job(
  engine: EngineId,
  url: string | undefined,
  what: Job,
  sizes: Sizes,
): Promise<Measurement[]> {
  const { name, findings } = await inChild({
    engine,
    ...(url === undefined ? {} : { url }),
    job: what,
    sizes,
  });
  return findings.map((finding) => ({ ...finding, engine: name }));
}

async function fresh<T>(engine: EngineId, work: (database: BenchDatabase) => Promise<T>): Promise<T> {
  const database = await BenchDatabase.open(engine);
  try {
    return await work(database);
  } finally {
    await database.drop();
  }
}

function rotated<T>(all: readonly T[], by: number): T[] {
  const at = all.length === 0 ? 0 : by % all.length;
  return [...all.slice(at), ...all.slice(0, at)];
}
