import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent as HttpAgent, request } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { kill } from './children.js';
import { BenchDatabase } from './database.js';
import { type Measurement, medians } from './measurement.js';
import { full } from './sizes.js';
import type { HostFigures } from './streams-host.js';
import { environment, table } from './table.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    streams: { type: 'string', default: '1000' },
    slow: { type: 'string', default: '100' },
  },
});
const [rounds, streams, slow] = [values.rounds, values.streams, values.slow].map(Number) as [
  number,
  number,
  number,
];
const connections = new HttpAgent({ keepAlive: false, maxSockets: Infinity });

/** Milliseconds from the request to the end of the answer. @param asleep how long it does not read at first */
function read(url: string, asleep: number): Promise<number> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const asking = request(`${url}/tell`, { method: 'POST', agent: connections }, (response) => {
      let end = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (end = (end + text).slice(-40)));
      response.on('end', () =>
        end.includes('[DONE]')
          ? resolve(performance.now() - begun)
          : reject(new Error(`the stream broke off: ${end}`)),
      );
      if (asleep > 0) {
        response.pause();
        setTimeout(() => response.resume(), asleep);
      }
    });
    asking.on('error', reject);
    asking.end();
  });
}

async function measure(name: string, readers: number, sleepers: number): Promise<Measurement[]> {
  const database = await BenchDatabase.open('streams');
  const host = fork(join(import.meta.dirname, 'streams-host.js'), { execArgv: ['--expose-gc'] });
  host.send(database.url);
  const [url] = (await once(host, 'message')) as [string];
  const ask = (path: string, method: string) => fetch(`${url}/${path}`, { method });
  try {
    await Promise.all(Array.from({ length: 20 }, () => read(url, 0)));
    await ask('begin', 'POST');
    const all = await Promise.all([
      ...Array.from({ length: readers }, () => read(url, 0)),
      ...Array.from({ length: sleepers }, () => read(url, 10_000).then(() => undefined)),
    ]);
    const times = all.filter((time) => time !== undefined).toSorted((a, b) => a - b);
    const { delay, heap, resident } = (await (await ask('figures', 'GET')).json()) as HostFigures;
    const of = (metric: string, value: number, unit: string): Measurement => ({
      workload: 'streams',
      engine: name,
      metric,
      value,
      unit,
    });
    return [
      of('the middle reader has its answer after', at(times, 0.5), 'ms'),
      of('99 of 100 readers after', at(times, 0.99), 'ms'),
      of('delay of the event loop, the middle', delay.p50, 'ms'),
      of('99 of 100 below', delay.p99, 'ms'),
      of('the longest', delay.max, 'ms'),
      of('heap', heap, 'MB'),
      of('resident', resident, 'MB'),
    ];
  } finally {
    await kill(host);
    await database.drop();
  }
}

function at(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

const cases: readonly (readonly [string, number, number])[] = [
  ['1 stream', 1, 0],
  [`${streams} streams`, streams, 0],
  [`${streams} of which ${slow} do not read for 10 s`, streams - slow, slow],
];
const before = await environment({ ...full, rounds });
const found: Measurement[] = [];
for (let round = 1; round <= rounds; round++)
  for (const [name, readers, sleepers] of cases) {
    found.push(...(await measure(name, readers, sleepers)));
    process.stderr.write(`round ${round}: ${name}\n`);
  }
process.stdout.write(`${before}\n${table(medians(found))}\n`);
process.exit(0);
