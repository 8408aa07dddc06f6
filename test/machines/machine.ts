import 'reflect-metadata';
import type { Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Orchestrator, OrchestrationModule, type OrchestrationOptions } from 'nestjs-nestor';
import { Timers } from '../../lib/engine/index.js';
import { DedicatedConnection, Leases, PeerProcesses } from '../../lib/leases/index.js';
import type { DataSourceOptions } from 'typeorm';

/** A Nest backend as it runs in production: real clock, real timers. Several on one database are several machines. */
export interface Machine {
  readonly orchestrator: Orchestrator;
  readonly peers: PeerProcesses;
  readonly leases: Leases;
  readonly connection: DedicatedConnection;
  get<T>(type: abstract new (...args: never[]) => T): T;
  /** From now on what that timer would have found has to be told, or never comes. */
  stop(timer: 'heartbeat' | 'sweep'): void;
  close(): Promise<void>;
}

export async function openMachine(
  options: DataSourceOptions,
  providers: readonly Provider[],
  orchestration: OrchestrationOptions = {},
): Promise<Machine> {
  const module = await Test.createTestingModule({
    imports: [
      TypeOrmModule.forRoot({ ...options, migrations: [] }),
      OrchestrationModule.forRoot(orchestration),
    ],
    providers: [...providers],
  }).compile();
  await module.init();
  const get = <T>(type: abstract new (...args: never[]) => T) =>
    module.get<T>(type as never, { strict: false });
  return {
    orchestrator: get(Orchestrator),
    peers: get(PeerProcesses),
    leases: get(Leases),
    connection: get(DedicatedConnection),
    get,
    stop: (timer) => get(Timers).stopIntervals(timer),
    close: () => module.close(),
  };
}
