import 'reflect-metadata';
import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  Input,
  Item,
  type ModelAnswer,
  type ModelDelta,
  ModelProvider,
  type ModelRequest,
  ModelService,
  Orchestrator,
  orchestrationEntities,
  OrchestrationModule,
  Step,
  Workflow,
} from 'nestjs-nestor';
import type { DataSourceOptions } from 'typeorm';

// A program of its own: runs whose many branches all ask a model, under the budget of one tenant.
const {
  DATABASE_URL = '',
  EFFECTS = '',
  RUNS = '0',
  BRANCHES = '20',
  CALLS = '1',
  BILLS = 'within',
} = process.env;

/** Answers after a moment, and notes outside the database what it will be paid for. */
class NotingProvider extends ModelProvider {
  readonly name = 'local';

  override async generate({ maxTokens = 0 }: ModelRequest): Promise<ModelAnswer> {
    const outputTokens = BILLS === 'within' ? 1 + Math.floor(Math.random() * maxTokens) : maxTokens * 3;
    appendFileSync(
      EFFECTS,
      `${JSON.stringify({ event: 'asked', pid: process.pid, tokens: outputTokens })}\n`,
    );
    await pause(10 + Math.random() * 40);
    return { text: 'ok', toolCalls: [], finishReason: 'stop', usage: { inputTokens: 1, outputTokens } };
  }

  override async *stream(request: ModelRequest): AsyncIterable<ModelDelta> {
    yield { type: 'end', answer: await this.generate(request) };
  }

  override embed(): never {
    throw new Error('nothing is embedded');
  }

  override price() {
    return { inputPerMillion: 1, outputPerMillion: 1_000 };
  }
}

@Workflow()
class SpendingWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({
    forEach: { over: ({ input }) => input as number[], concurrency: 20, onError: 'collect' },
    retry: { attempts: 1 },
  })
  async ask(@Item() branch: number, @Input() _: number[]): Promise<string> {
    return (await this.models.generate({ prompt: `${branch}`, maxTokens: 10 })).text;
  }
}

const options = {
  type: 'postgres',
  url: DATABASE_URL,
  entities: [...orchestrationEntities],
} as DataSourceOptions;

@Module({
  imports: [
    TypeOrmModule.forRoot(options),
    OrchestrationModule.forRoot({
      models: { providers: [new NotingProvider()], default: 'local/model' },
      budgets: [
        { scope: 'tenant', calls: Number(CALLS), usd: 1_000 },
        { scope: 'workflow', tokens: 1_000_000_000, window: '1d' },
      ],
    }),
  ],
  providers: [SpendingWorkflow],
})
class SpendingModule {}

const app = await NestFactory.createApplicationContext(SpendingModule, { logger: ['error'] });
app.enableShutdownHooks();
const inputs = Array.from({ length: Number(RUNS) }, () =>
  Array.from({ length: Number(BRANCHES) }, (_, n) => n),
);
if (inputs.length > 0)
  await app
    .get(Orchestrator)
    .startMany(SpendingWorkflow, inputs, { principal: { id: 'ana', roles: [], tenant: 'acme' } });
process.stdout.write('started\n');
