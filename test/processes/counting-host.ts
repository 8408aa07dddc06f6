import 'reflect-metadata';
import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  From,
  Input,
  Orchestrator,
  OrchestrationModule,
  Step,
  StepCtx,
  StepContext,
  Workflow,
} from 'nestjs-nestor';
import { bullmqDispatcher } from 'nestjs-nestor/bullmq';
import { hostDatabase } from './host-database.js';

// A program of its own: starts some runs (or finds them there), and ends when they have; without runs it works until it is told to end.
const {
  EFFECTS = '',
  RUNS = '1',
  STEP_MILLISECONDS = '40',
  BLOCKED_WHILE = '',
  ROLE = 'both',
  REDIS_URL = '',
  REDIS_PREFIX = '',
} = process.env;

function note(event: 'begins' | 'ends', step: string, context: StepContext): void {
  const line = {
    event,
    step,
    run: context.runId,
    pid: process.pid,
    key: context.idempotencyKey,
    at: Date.now(),
  };
  appendFileSync(EFFECTS, `${JSON.stringify(line)}\n`);
}

const never = new Int32Array(new SharedArrayBuffer(4));

async function effect(name: string, context: StepContext): Promise<string> {
  note('begins', name, context);
  // While that file is there, nothing else happens in this process: no heartbeat, no answer to anybody.
  if (name === 'b') while (existsSync(BLOCKED_WHILE)) Atomics.wait(never, 0, 0, 10);
  await pause(Number(STEP_MILLISECONDS));
  note('ends', name, context);
  return name;
}

@Workflow()
class CountingWorkflow {
  @Step() a(@Input() _: unknown, @StepCtx() context: StepContext) {
    return effect('a', context);
  }
  @Step() b(@From('a') _: string, @StepCtx() context: StepContext) {
    return effect('b', context);
  }
  @Step() c(@From('b') _: string, @StepCtx() context: StepContext) {
    return effect('c', context);
  }
  @Step() d(@From('c') _: string, @StepCtx() context: StepContext) {
    return effect('d', context);
  }
  @Step() e(@From('d') last: string, @StepCtx() context: StepContext) {
    return effect(`${last}e`, context);
  }
}

@Module({
  imports: [
    hostDatabase(),
    OrchestrationModule.forRoot({
      // The parent process gives one of the three.
      role: ROLE as 'both',
      ...(REDIS_PREFIX
        ? { dispatcher: bullmqDispatcher({ connection: { url: REDIS_URL }, prefix: REDIS_PREFIX }) }
        : {}),
    }),
  ],
  providers: [CountingWorkflow],
})
class CountingModule {}

const app = await NestFactory.createApplicationContext(CountingModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
const orchestrator = app.get(Orchestrator);
const handles = await Promise.all(
  Array.from({ length: Number(RUNS) }, (_, index) =>
    orchestrator.start(CountingWorkflow, index, { idempotencyKey: `run ${index}` }),
  ),
);
process.stdout.write('started\n');
for (const handle of handles) {
  const { runId, status } = await handle.result();
  process.stdout.write(`${JSON.stringify({ runId, status })}\n`);
}
// Without runs of its own it stays: the heartbeat keeps it up until a signal ends it.
if (handles.length > 0) await app.close();
