import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { AgentOrder } from './agents/child.js';
import { contenderIds, contenders, type ContenderId } from './agents/index.js';
import { BenchDatabase } from './database.js';
import { type Finding, type Measurement, medians } from './measurement.js';
import { table } from './table.js';

// Agents side by side: `npm run agents -- --rounds 3`.
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    runs: { type: 'string', default: '20' },
    contenders: { type: 'string', default: contenderIds.join(',') },
  },
});
const chosen = contenderIds.filter((id) => values.contenders.split(',').includes(id));
const runs = Number(values.runs);
const sizes = [10, 50, 200];

interface Report {
  readonly name: string;
  readonly findings: readonly Finding[];
  readonly parked?: string;
}

function inChild(order: AgentOrder): Promise<Report> {
  const child = fork(join(import.meta.dirname, 'agents', 'child.js'), { execArgv: ['--expose-gc'] });
  child.send(order);
  return new Promise((resolve, reject) => {
    // It runs the same program.
    child.once('message', (report) => resolve(report as Report));
    child.once('exit', (code) => reject(new Error(`${order.contender}: ended with ${code ?? 'a signal'}`)));
  });
}

async function withDatabase<T>(id: ContenderId, work: (database: BenchDatabase) => Promise<T>): Promise<T> {
  const database = await BenchDatabase.open(`agents_${id}`);
  try {
    return await work(database);
  } finally {
    await database.drop();
  }
}

async function measure(id: ContenderId): Promise<Measurement[]> {
  const { persists, resumes } = contenders[id];
  const found: Measurement[] = [];
  const take = (where: string, { name, findings }: Report) => {
    for (const finding of findings)
      found.push({ ...finding, engine: name, workload: `${where}${finding.workload}` });
  };
  take('in memory, ', await inChild({ contender: id, job: { kind: 'speed', runs } }));
  if (!persists) return found;
  await withDatabase(id, async ({ url }) =>
    take('PostgreSQL, ', await inChild({ contender: id, url, job: { kind: 'speed', runs } })),
  );
  await withDatabase(id, async (database) => {
    const { url } = database;
    // Its tables, and whatever else is made once.
    await inChild({ contender: id, url, job: { kind: 'write', turns: 1, runs: 1 } });
    for (const turns of sizes) {
      const before = await database.counters();
      const { name } = await inChild({ contender: id, url, job: { kind: 'write', turns, runs: 3 } });
      const after = await database.counters();
      found.push({
        engine: name,
        workload: `${turns} turns`,
        metric: 'WAL a run',
        value: (after.wal - before.wal) / 3 / 1_024,
        unit: 'kB',
      });
    }
  });
  if (resumes)
    await withDatabase(id, async ({ url }) => {
      const { parked } = await inChild({ contender: id, url, job: { kind: 'park', turns: 200 } });
      if (parked === undefined) throw new Error(`${id} has parked nothing`);
      take('', await inChild({ contender: id, url, job: { kind: 'resume', id: parked } }));
    });
  return found;
}

const all: Measurement[] = [];
const before = loadavg()[0];
for (let round = 0; round < Number(values.rounds); round++)
  for (const [index] of chosen.entries()) {
    const id = chosen[(index + round) % chosen.length];
    if (!id) continue;
    process.stderr.write(`round ${round + 1}: ${id}\n`);
    all.push(...(await measure(id)));
  }
const found = medians(all);
writeFileSync(
  join(import.meta.dirname, '..', 'agents.jsonl'),
  found.map((one) => `${JSON.stringify(one)}\n`).join(''),
);
process.stdout.write(
  `\nNode ${process.versions.node}, load average before ${before?.toFixed(1)}, after ${loadavg()[0]?.toFixed(1)}, ${new Date().toISOString().slice(0, 16)}\n\n${table(found)}\n`,
);
