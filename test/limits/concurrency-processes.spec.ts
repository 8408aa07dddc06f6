import { afterEach, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  type ConcurrencyLimit,
  Input,
  Orchestrator,
  OrchestrationModule,
  Step,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { describeOnServer, openTestDatabase, type TestDatabase } from '../database/test-database.js';

const inFlight = new Map<string, number>();
const most = new Map<string, number>();
const order: string[] = [];

function count(name: string, change: number): void {
  const now = (inFlight.get(name) ?? 0) + change;
  inFlight.set(name, now);
  most.set(name, Math.max(now, most.get(name) ?? 0));
}

class Printer {
  @Tool({ description: 'Prints' })
  async print(tenant: string): Promise<string> {
    order.push(tenant);
    count('all', 1);
    count(tenant, 1);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    count('all', -1);
    count(tenant, -1);
    return tenant;
  }
}

@Workflow()
class PrintWorkflow {
  constructor(private readonly printer: Printer) {}

  @Step()
  print(@Input() tenant: string): Promise<string> {
    return this.printer.print(tenant);
  }
}

/** Real time: processes find one another's slots by looking for them. */
describeOnServer('limits for calls in flight, in two processes with one database', () => {
  let database: TestDatabase | undefined;
  let processes: TestingModule[] = [];
  afterEach(async () => {
    for (const one of processes) await one.close();
    await database?.close();
  });

  async function open(...concurrencyLimits: ConcurrencyLimit[]): Promise<readonly Orchestrator[]> {
    Logger.overrideLogger(false);
    const { options } = (database = await openTestDatabase());
    const start = async () => {
      const module = await Test.createTestingModule({
        imports: [
          TypeOrmModule.forRoot({ ...options, migrations: [] }),
          OrchestrationModule.forRoot({ concurrencyLimits, concurrency: 20 }),
        ],
        providers: [Printer, PrintWorkflow],
      }).compile();
      return module.init();
    };
    processes = [await start(), await start()];
    return processes.map((module) => module.get(Orchestrator));
  }

  it('are exceeded by nobody, and every run comes to its end, those of a tenant with few ones first', async () => {
    const [one, other] = await open({ scope: 'tool', calls: 3 }, { scope: 'tenant', calls: 2 });
    const start = (of: Orchestrator | undefined, tenant: string, runs: number) =>
      Array.from({ length: runs }, () =>
        of?.start(PrintWorkflow, tenant, { principal: { id: 'ann', roles: [], tenant } }),
      );
    const handles = await Promise.all([
      ...start(one, 'acme', 40),
      ...start(other, 'acme', 40),
      ...start(one, 'globex', 5),
      ...start(other, 'globex', 5),
    ]);
    const results = await Promise.all(handles.map((handle) => handle?.result()));
    expect(new Set(results.map((result) => result?.status))).toEqual(new Set(['completed']));
    expect(order).toHaveLength(90);
    expect(most.get('all')).toBeLessThanOrEqual(3);
    expect(most.get('acme')).toBe(2);
    expect(most.get('globex')).toBeLessThanOrEqual(2);
    // By turns it would be over after about twice as many as it has; behind the others it would be after all of them.
    expect(order.lastIndexOf('globex')).toBeLessThan(60);
  });
});
