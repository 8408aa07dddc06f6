import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { setTimeout as pause } from 'node:timers/promises';
import {
  Input,
  KillSwitchService,
  OrchestrationModule,
  Orchestrator,
  orchestrationEntities,
  orchestrationMigrations,
  Step,
  Tool,
  Workflow,
} from 'nestjs-nestor';

import { serveParent } from './host-program.js';

/** What a host is told first. */
export interface SwitchedSettings {
  readonly url: string;
  /** Whether processes tell one another of changes; else each finds out by itself. */
  readonly notified: boolean;
  /** How many calls it has on their way at any time. */
  readonly atOnce: number;
}

/** `last`: when the last call was performed. */
export type SwitchedAsk = 'set' | 'lift' | 'last';

/** Milliseconds since the epoch, of when it was done, or of the last call. */
export interface SwitchedAnswer {
  readonly at: number;
}

/** Milliseconds between the calls of one worker. */
const between = 3;

let last = 0;

@Injectable()
class Clockwork {
  @Tool({ description: 'Ticks', effect: 'none' })
  async tick(_: { readonly text: string }): Promise<number> {
    last = Date.now();
    return last;
  }
}

@Workflow()
class TickingWorkflow {
  constructor(private readonly clockwork: Clockwork) {}

  @Step()
  tick(@Input() text: string): Promise<number> {
    return this.clockwork.tick({ text });
  }
}

async function open({ url, notified, atOnce }: SwitchedSettings): Promise<KillSwitchService> {
  @Module({
    imports: [
      TypeOrmModule.forRoot({
        type: 'postgres',
        url,
        entities: [...orchestrationEntities],
        migrations: [...orchestrationMigrations],
        migrationsRun: true,
      }),
      OrchestrationModule.forRoot({ dedicatedConnection: notified }),
    ],
    providers: [Clockwork, TickingWorkflow],
  })
  class SwitchedModule {}
  const app = await NestFactory.createApplicationContext(SwitchedModule, { logger: ['error'] });
  const orchestrator = app.get(Orchestrator);
  // Each goes on with its next run once this one has ended: while the switch is on, none ends.
  for (let worker = 0; worker < atOnce; worker++) void work(orchestrator);
  return app.get(KillSwitchService);
}

async function work(orchestrator: Orchestrator): Promise<never> {
  for (;;) {
    const run = await orchestrator.start(TickingWorkflow, 'x');
    await run.result();
    await pause(between);
  }
}

async function answer(killSwitch: KillSwitchService, ask: SwitchedAsk): Promise<SwitchedAnswer> {
  if (ask === 'last') return { at: last };
  const options = { reason: 'measured' };
  if (ask === 'set') await killSwitch.set({ tool: 'tick' }, { ...options, mode: 'stop' });
  else await killSwitch.lift({ tool: 'tick' }, options);
  return { at: Date.now() };
}

serveParent(open, answer);
