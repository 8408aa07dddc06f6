import 'reflect-metadata';
import { loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Input, ModelService, OrchestrationModule, Orchestrator, Step, Workflow } from 'nestjs-nestor';
import { type PiiOptions, pii } from 'nestjs-nestor/guardrails';
import { InstantProvider } from './instant-provider.js';
import { type Measurement, medians } from './measurement.js';
import { table } from './table.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, sizes: { type: 'string', default: '1,2,4' } },
});
const megabyte = 1_000_000;
const payloadLimit = 64 * megabyte;

const texts: Readonly<Record<string, string>> = {
  'e-mails': 'Ada Lovelace <ada.lovelace@example.org>; ',
  phones: 'call +49 30 1234567 or (212) 555-0123, ',
  cards: 'card 4111 1111 1111 1111 12/29, ',
  'all of them as JSON in a string': String.raw`{\"to\":\"ada@example.org\",\"phone\":\"+49 30 1234567\",\"card\":\"4111 1111 1111 1111\",\"note\":\"a\\nb\"},`,
  'nothing of it': 'The order was shipped yesterday, and arrives on 12 March. ',
};

interface Asked {
  readonly text: string;
  readonly megabytes: number;
}

@Workflow()
class AskWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async ask(@Input() { text, megabytes }: Asked): Promise<string> {
    const unit = texts[text] ?? '';
    const many = unit.repeat(Math.ceil((megabytes * megabyte) / unit.length));
    // read back as JSON: a text as it comes in, and no rope of pieces
    const prompt = JSON.parse(`"${text.includes('JSON') ? `[${many}0]` : many}"`) as string;
    return (await this.models.generate({ prompt, maxTokens: 10 })).text;
  }
}

async function measure(action: PiiOptions['action'] | undefined): Promise<Measurement[]> {
  @Module({
    imports: [
      OrchestrationModule.forRoot({
        persistence: 'memory',
        payloadLimit,
        models: { providers: [new InstantProvider(0)], default: 'instant/model' },
        guardrails: action ? [pii({ action, at: 'model.request', timeout: '2m' })] : [],
      }),
    ],
    providers: [AskWorkflow],
  })
  class BenchModule {}
  const app = await NestFactory.createApplicationContext(BenchModule, { logger: false });
  const orchestrator = app.get(Orchestrator);
  const engine = action ? `pii, ${action}` : 'no guardrail';
  const found: Measurement[] = [];
  for (const text of Object.keys(texts)) {
    await orchestrator.run(AskWorkflow, { text, megabytes: 0.1 });
    for (const megabytes of values.sizes.split(',').map(Number)) {
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      // the delay counts when a timer has fired after it
      await pause(20);
      const begun = performance.now();
      const before = process.cpuUsage();
      await orchestrator.run(AskWorkflow, { text, megabytes });
      const milliseconds = performance.now() - begun;
      const { user, system } = process.cpuUsage(before);
      await pause(20);
      delay.disable();
      const workload = `${text}, ${megabytes} MB`;
      const cpu = (user + system) / 1_000 / megabytes;
      found.push({ workload, engine, metric: 'processor time', value: cpu, unit: 'ms/MB' });
      found.push({ workload, engine, metric: 'time', value: milliseconds / megabytes, unit: 'ms/MB' });
      found.push({
        workload,
        engine,
        metric: 'event loop, 99 of 100 delays',
        value: delay.percentile(99) / 1e6,
        unit: 'ms',
      });
      found.push({
        workload,
        engine,
        metric: 'event loop, longest delay',
        value: delay.max / 1e6,
        unit: 'ms',
      });
    }
  }
  await app.close();
  return found;
}

const all: Measurement[] = [];
for (let round = 1; round <= Number(values.rounds); round++) {
  for (const action of [undefined, 'redact'] as const) {
    all.push(...(await measure(action)));
    process.stderr.write(`${round}/${values.rounds} · ${action ?? 'no guardrail'}\n`);
  }
}
const [load = 0] = loadavg();
process.stdout.write(
  `\nNode ${process.versions.node}, load average ${load.toFixed(1)}, medians of ${values.rounds}\n\n`,
);
process.stdout.write(`${table(medians(all))}\n`);
process.exit(0);
