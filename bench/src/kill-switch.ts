import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { kill } from './children.js';
import { BenchDatabase } from './database.js';
import type { SwitchedAnswer, SwitchedAsk, SwitchedSettings } from './kill-switch-host.js';
import { type Measurement, median } from './measurement.js';
import { full } from './sizes.js';
import { environment, table } from './table.js';

// How long calls of a tool go on, in four processes, after a switch for it was set in one of them.
const { values } = parseArgs({
  options: { switches: { type: 'string', default: '50' }, processes: { type: 'string', default: '4' } },
});
const [switches, processes] = [Number(values.switches), Number(values.processes)];

/** Milliseconds after which a call that goes on would be a fault, and nothing is waited for any more. */
const longest = { notified: 1_500, polling: 3_000 };

async function ask(host: ChildProcess, message: SwitchedSettings | SwitchedAsk): Promise<SwitchedAnswer> {
  const answer = once(host, 'message');
  host.send(message);
  const [done] = (await answer) as [SwitchedAnswer];
  return done;
}

/** When the last of all calls was performed. */
async function lastOf(hosts: readonly ChildProcess[]): Promise<readonly number[]> {
  return Promise.all(hosts.map(async (host) => (await ask(host, 'last')).at));
}

/** Until every process has performed a call after this moment. */
async function ticking(hosts: readonly ChildProcess[], since: number): Promise<void> {
  while ((await lastOf(hosts)).some((at) => at <= since)) await pause(5);
}

/** Milliseconds from the call of `set` until the last call of the tool in any process, for each switch. */
async function latencies(notified: boolean): Promise<{ readonly on: number[]; readonly off: number[] }> {
  const database = await BenchDatabase.open('switched');
  const hosts: ChildProcess[] = [];
  for (let number = 0; number < processes; number++) {
    const host = fork(join(import.meta.dirname, 'kill-switch-host.js'));
    await ask(host, { url: database.url, notified, atOnce: 4 });
    hosts.push(host);
  }
  const on: number[] = [];
  const off: number[] = [];
  await ticking(hosts, Date.now());
  for (let number = 0; number < switches; number++) {
    // Set in another one each time.
    const setter = hosts[number % processes];
    if (!setter) throw new Error('there is a process');
    await pause(Math.random() * 1_000);
    const begun = Date.now();
    await ask(setter, 'set');
    await pause(notified ? longest.notified : longest.polling);
    on.push(Math.max(0, ...(await lastOf(hosts)).map((at) => at - begun)));
    const lifted = Date.now();
    await ask(setter, 'lift');
    await ticking(hosts, lifted);
    off.push(Date.now() - lifted);
  }
  for (const host of hosts) await kill(host);
  await database.drop();
  return { on, off };
}

const found: Measurement[] = [];
for (const way of ['notified', 'polling'] as const) {
  const { on, off } = await latencies(way === 'notified');
  const figure = (metric: string, value: number) =>
    found.push({ workload: way, engine: 'nestor', metric, value, unit: 'ms' });
  figure('until the last call, median', median(on));
  figure('until the last call, longest', Math.max(...on));
  figure('until all go on, median', median(off));
  figure('until all go on, longest', Math.max(...off));
}
process.stdout.write(`${await environment({ ...full, rounds: 1 })}\n\n${table(found)}\n`);
process.exit(0);
