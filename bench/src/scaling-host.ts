import 'reflect-metadata';
import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrchestrationModule, orchestrationEntities, orchestrationMigrations } from 'nestjs-nestor';
import { bullmqDispatcher } from 'nestjs-nestor/bullmq';
import { AskingWorkflow, BusyWorkflow } from './scaling-workflows.js';

/** Runs that one process drives at once. */
export const concurrency = 50;

export interface HostOptions {
  readonly url: string;
  readonly role: 'start' | 'work';
  /** Absent: wakes travel through PostgreSQL. */
  readonly redis?: string;
}

export function openHost(options: HostOptions): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(moduleOf(options), { logger: ['error', 'warn'] });
}

function moduleOf({ url, role, redis }: HostOptions): DynamicModule {
  @Module({})
  class ScalingModule {}
  return {
    module: ScalingModule,
    imports: [
      TypeOrmModule.forRoot({
        type: 'postgres',
        url,
        entities: [...orchestrationEntities],
        migrations: [...orchestrationMigrations],
        migrationsRun: role === 'start',
      }),
      OrchestrationModule.forRoot({
        role,
        concurrency,
        ...(redis && { dispatcher: bullmqDispatcher({ connection: { url: redis }, prefix: nameOf(url) }) }),
      }),
    ],
    providers: [AskingWorkflow, BusyWorkflow],
  };
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

// As a program of its own it is a worker, until it is killed.
if (process.send) {
  process.once('message', (options) => {
    // The parent is the program beside this one.
    openHost(options as HostOptions).then(
      () => process.send?.('ready'),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  });
}
