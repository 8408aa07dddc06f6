import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { kill } from './children.js';
import { BenchDatabase } from './database.js';
import type { Done, HostSettings, Load } from './limits-host.js';
import { type Finding, type Measurement, median } from './measurement.js';
import { full } from './sizes.js';
import { environment, table } from './table.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, runs: { type: 'string', default: '2000' } },
});
const [rounds, runs] = [Number(values.rounds), Number(values.runs)];

/** Milliseconds for which a process is frozen, and others are measured. */
const frozen = 2_000;

async function open(settings: HostSettings): Promise<ChildProcess> {
  const host = fork(join(import.meta.dirname, 'limits-host.js'));
  await ask(host, settings);
  return host;
}

async function ask(host: ChildProcess, message: HostSettings | Load): Promise<Done> {
  const answer = once(host, 'message');
  host.send(message);
  const [done] = (await answer) as [Done];
  return done;
}

function rate({ steps, milliseconds }: Done): number {
  return (steps / milliseconds) * 1_000;
}

function finding(metric: string, value: number, unit: string): Finding {
  return { workload: 'limits', metric, value, unit };
}

/** Every step a priced call, 200 runs at once: with a budget of the tenant and rate limits, and without. */
async function throughput(): Promise<Finding[]> {
  const found: Record<'with' | 'without', number[]> = { with: [], without: [] };
  const database = { with: await BenchDatabase.open('limits'), without: await BenchDatabase.open('free') };
  const hosts = {
    with: await open({ url: database.with.url, limits: true }),
    without: await open({ url: database.without.url, limits: false }),
  };
  const load: Load = { workflow: 'asking', tenant: 'acme', atOnce: 200, runs };
  for (const side of ['with', 'without'] as const) await ask(hosts[side], load);
  for (let round = 0; round < rounds; round++)
    // In turns, and every other round the other way round.
    for (const side of round % 2 ? (['with', 'without'] as const) : (['without', 'with'] as const))
      found[side].push(rate(await ask(hosts[side], load)));
  for (const side of ['with', 'without'] as const) {
    await kill(hosts[side]);
    await database[side].drop();
  }
  const [limited, free] = [median(found.with), median(found.without)];
  return [
    finding('steps with a priced call, without limits', free, 'steps/s'),
    finding('with a budget and rate limits', limited, 'steps/s'),
    finding('with / without', limited / free, ''),
  ];
}

/** What others can do while a process that spends a tenant's budget is frozen, against one that is frozen while it does nothing. */
async function besideFrozen(): Promise<Finding[]> {
  const found = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++)
    for (const isBusy of round % 2 ? [true, false] : [false, true])
      for (const workflow of ['asking', 'silent'] as const) {
        const key = `${workflow} ${isBusy ? 'busy' : 'idle'}`;
        found.set(key, [...(found.get(key) ?? []), await measureBeside(workflow, isBusy)]);
      }
  return (['asking', 'silent'] as const).flatMap((workflow) => {
    const [busy, idle] = [
      median(found.get(`${workflow} busy`) ?? []),
      median(found.get(`${workflow} idle`) ?? []),
    ];
    const what = workflow === 'asking' ? "another tenant's steps" : 'unpriced steps';
    return [
      finding(`${what} beside a process frozen at rest`, idle, 'steps/s'),
      finding(`${what} beside one frozen at work`, busy, 'steps/s'),
      finding(`${what}, at work / at rest`, busy / idle, ''),
    ];
  });
}

async function measureBeside(workflow: Load['workflow'], isBusy: boolean): Promise<number> {
  const database = await BenchDatabase.open('frozen');
  const settings = { url: database.url, limits: true };
  const victim = await open(settings);
  const other = await open(settings);
  await ask(other, { workflow, tenant: 'bolt', atOnce: 50, runs: 500 });
  if (isBusy) void ask(victim, { workflow: 'asking', tenant: 'acme', atOnce: 200, milliseconds: 60_000 });
  await pause(500 + Math.random() * 200);
  victim.kill('SIGSTOP');
  const done = await ask(other, { workflow, tenant: 'bolt', atOnce: 50, milliseconds: frozen });
  await kill(victim);
  await kill(other);
  await database.drop();
  return rate(done);
}

const findings = [...(await throughput()), ...(await besideFrozen())];
const measurements = findings.map((one): Measurement => ({ ...one, engine: 'nestor' }));
process.stdout.write(`${await environment({ ...full, rounds })}\n\n${table(measurements)}\n`);
process.exit(0);
