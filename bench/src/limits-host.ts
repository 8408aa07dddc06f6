import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  Input,
  ModelService,
  OrchestrationModule,
  Orchestrator,
  orchestrationEntities,
  orchestrationMigrations,
  type RateLimit,
  type SharedBudget,
  Step,
  Workflow,
} from 'nestjs-nestor';
import { serveParent } from './host-program.js';
import { InstantProvider } from './instant-provider.js';

/** What a host is told first. */
export interface HostSettings {
  readonly url: string;
  /** A budget of the tenant, and rate limits of the tenant and the model. */
  readonly limits: boolean;
}

/** What it is asked for: runs, so many at a time, either so many or for so long. */
export interface Load {
  readonly workflow: 'asking' | 'silent';
  readonly tenant: string;
  readonly atOnce: number;
  readonly runs?: number;
  readonly milliseconds?: number;
}

/** What it has done: steps that have ended, in so much time. */
export interface Done {
  readonly steps: number;
  readonly milliseconds: number;
}

/** Steps of a run. */
const stepsOfRun = 5;

@Workflow()
class AskingWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step() a(@Input() _: string) {
    return this.ask('a');
  }
  @Step({ after: 'a' }) b() {
    return this.ask('b');
  }
  @Step({ after: 'b' }) c() {
    return this.ask('c');
  }
  @Step({ after: 'c' }) d() {
    return this.ask('d');
  }
  @Step({ after: 'd' }) e() {
    return this.ask('e');
  }

  private async ask(prompt: string): Promise<string> {
    return (await this.models.generate({ prompt, maxTokens: 10 })).text;
  }
}

@Workflow()
class SilentWorkflow {
  @Step() a(@Input() _: string) {
    return 'a';
  }
  @Step({ after: 'a' }) b() {
    return 'b';
  }
  @Step({ after: 'b' }) c() {
    return 'c';
  }
  @Step({ after: 'c' }) d() {
    return 'd';
  }
  @Step({ after: 'd' }) e() {
    return 'e';
  }
}

/** So much that nothing is refused: what is measured is that they are kept. */
const ample: readonly SharedBudget[] = [{ scope: 'tenant', usd: 1_000_000, window: '1d' }];
const wide: readonly RateLimit[] = [
  { scope: 'tenant', requests: 10_000_000, window: '1h' },
  { scope: 'model', requests: 10_000_000, window: '1h' },
];

async function open({ url, limits }: HostSettings): Promise<Orchestrator> {
  @Module({
    imports: [
      TypeOrmModule.forRoot({
        type: 'postgres',
        url,
        entities: [...orchestrationEntities],
        migrations: [...orchestrationMigrations],
        migrationsRun: true,
      }),
      OrchestrationModule.forRoot({
        concurrency: 200,
        models: { providers: [new InstantProvider(1)], default: 'instant/model' },
        ...(limits ? { budgets: ample, rateLimits: wide } : {}),
      }),
    ],
    providers: [AskingWorkflow, SilentWorkflow],
  })
  class LimitsModule {}
  const app = await NestFactory.createApplicationContext(LimitsModule, { logger: ['error', 'warn'] });
  return app.get(Orchestrator);
}

async function work(orchestrator: Orchestrator, load: Load): Promise<Done> {
  const { tenant, atOnce, runs = Infinity, milliseconds = Infinity } = load;
  const principal = { id: 'ana', roles: [], tenant };
  const begun = performance.now();
  let started = 0;
  let ended = 0;
  const isOver = () => started >= runs || performance.now() - begun >= milliseconds;
  const one = async () => {
    while (!isOver()) {
      started += 1;
      await orchestrator.run(load.workflow, '', { principal });
      ended += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return { steps: ended * stepsOfRun, milliseconds: performance.now() - begun };
}

serveParent(open, work);
