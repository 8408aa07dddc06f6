import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  OrchestrationModule,
  Orchestrator,
  orchestrationEntities,
  orchestrationMigrations,
  type WorkflowClass,
} from 'nestjs-nestor';
import { type Engine, type EngineOptions, shape } from '../engine.js';
import {
  Effects,
  FanOutWorkflow,
  RecoverableWorkflow,
  SequentialWorkflow,
  WaitingWorkflow,
} from './nestor-workflows.js';
import { versionOf } from './version.js';

/** Everything that is on by default: gate, audit record, hash chain, TypeORM's pool of ten connections. */
class NestorEngine implements Engine {
  readonly name = `Nestor ${versionOf('nestjs-nestor')}`;
  private app: INestApplicationContext | undefined;

  constructor(private readonly options: EngineOptions) {}

  async open(): Promise<void> {
    this.app = await NestFactory.createApplicationContext(hostOf(this.options), {
      logger: ['error', 'warn'],
    });
    this.app.enableShutdownHooks();
  }

  async runSequential(): Promise<void> {
    await this.complete(SequentialWorkflow);
  }

  async runMany(runs: number): Promise<void> {
    await Promise.all(Array.from({ length: runs }, () => this.complete(SequentialWorkflow)));
  }

  async fanOut(): Promise<void> {
    await this.complete(FanOutWorkflow);
  }

  async park(runs: number): Promise<void> {
    const inputs = Array.from({ length: runs }, () => shape.payload);
    for (let at = 0; at < runs; at += 1_000)
      await this.orchestrator.startMany(WaitingWorkflow, inputs.slice(at, at + 1_000));
    while ((await this.isGoing('pending')) || (await this.isGoing('running'))) await pause(50);
  }

  async begin(ids: readonly string[]): Promise<void> {
    await this.orchestrator.startMany(RecoverableWorkflow, [...ids]);
  }

  /** Nothing to do: the next process takes over by itself. */
  async recover(): Promise<void> {}

  async close(): Promise<void> {
    await this.app?.close();
  }

  private get orchestrator(): Orchestrator {
    if (!this.app) throw new Error('open() comes first');
    return this.app.get(Orchestrator);
  }

  private async complete(workflow: WorkflowClass): Promise<void> {
    const result = await this.orchestrator.run(workflow, shape.payload);
    if (result.status === 'completed') return;
    throw new Error(`a run ended as ${result.status}`, 'error' in result ? { cause: result.error } : {});
  }

  private async isGoing(status: 'pending' | 'running'): Promise<boolean> {
    const { items } = await this.orchestrator.find({ status, limit: 1 });
    return items.length > 0;
  }
}

function hostOf({ url, effect }: EngineOptions): DynamicModule {
  @Module({})
  class BenchModule {}
  const database =
    url === undefined
      ? []
      : [
          TypeOrmModule.forRoot({
            type: 'postgres',
            url,
            entities: [...orchestrationEntities],
            migrations: [...orchestrationMigrations],
            migrationsRun: true,
          }),
        ];
  return {
    module: BenchModule,
    imports: [
      ...database,
      OrchestrationModule.forRoot({
        persistence: url === undefined ? 'memory' : 'typeorm',
        // The default is 100; the workloads have 200 runs at once.
        concurrency: 200,
      }),
    ],
    providers: [
      SequentialWorkflow,
      FanOutWorkflow,
      WaitingWorkflow,
      RecoverableWorkflow,
      Effects,
      { provide: 'effect', useValue: effect },
    ],
  };
}

export function create(options: EngineOptions): Engine {
  return new NestorEngine(options);
}
