import { shiftClock } from './shifted-clock.js';
import 'reflect-metadata';
import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { Test } from '@nestjs/testing';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import {
  Orchestrator,
  orchestrationEntities,
  OrchestrationModule,
  ReviewService,
  RunDispatcher,
} from 'nestjs-nestor';
import { bullmqDispatcher } from 'nestjs-nestor/bullmq';
import type { DataSource } from 'typeorm';
import { Clock } from '../../lib/clock/index.js';
import { InProcessDispatcher } from '../../lib/dispatch/index.js';
import { FailPoints, Journal } from '../../lib/journal/index.js';
import {
  DedicatedConnection,
  Leases,
  PeerProcesses,
  BroadcastingDispatcher,
  WorkerTimes,
} from '../../lib/leases/index.js';
import { DeafLeases, UnfencedJournal } from './broken-fence.js';
import { ChaosBillingAgent, ChaosInnerAgent, ChaosOuterAgent, ChaosTriageAgent } from './chaos-agents.js';
import { ChaosModel } from './chaos-model.js';
import { ChaosChildWorkflow, ChaosWorkflow, MailTool, ParcelTool } from './chaos-workflow.js';
import { Effects } from './effects.js';
import { HarmfulPoints } from './faults.js';
import { NoisyDispatcher } from './noisy-dispatcher.js';
import type { Answer, Order, SentOrder } from './orders.js';

// A worker process of the fault harness: it works, does what its parent tells it, and dies where it is told to.
const {
  DATABASE_URL = '',
  LONGEST_STEP = '60',
  HEARTBEAT_TIMEOUT = '2000',
  BROKEN_FENCE = '',
  REDIS = '',
} = process.env;
const effects = new Effects(DATABASE_URL, Number(LONGEST_STEP));
const points = new HarmfulPoints(effects, {
  loseReplies,
  announceFreeze: () => process.send?.({ id: -1 } satisfies Answer),
});
const times: WorkerTimes = { heartbeat: Number(HEARTBEAT_TIMEOUT) / 5, timeout: Number(HEARTBEAT_TIMEOUT) };

const building = Test.createTestingModule({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: DATABASE_URL,
      entities: [...orchestrationEntities],
      applicationName: `worker ${process.pid}`,
      poolSize: 5,
    }),
    OrchestrationModule.forRoot({ models: { providers: [new ChaosModel(effects)] } }),
  ],
  providers: [
    ChaosWorkflow,
    ChaosChildWorkflow,
    ChaosInnerAgent,
    ChaosOuterAgent,
    ChaosTriageAgent,
    ChaosBillingAgent,
    MailTool,
    ParcelTool,
    { provide: Effects, useValue: effects },
  ],
})
  .overrideProvider(FailPoints)
  .useValue(points)
  .overrideProvider(WorkerTimes)
  .useValue(times)
  .overrideProvider(RunDispatcher)
  .useFactory({
    factory: (peers: PeerProcesses, clock: Clock) => {
      const usual = new InProcessDispatcher(clock);
      const chosen = REDIS === '' ? usual : bullmqDispatcher({ connection: { url: REDIS } })(usual);
      return new NoisyDispatcher(new BroadcastingDispatcher(chosen, peers));
    },
    inject: [PeerProcesses, Clock],
  });
if (BROKEN_FENCE) {
  building
    .overrideProvider(Journal)
    .useFactory({
      factory: (database: DataSource, clock: Clock) => new UnfencedJournal(database, clock),
      inject: [getDataSourceToken(), Clock],
    })
    .overrideProvider(Leases)
    .useFactory({
      factory: (database: DataSource, clock: Clock, connection: DedicatedConnection) =>
        new DeafLeases(database, clock, { connection, heartbeatTimeout: times.timeout }),
      inject: [getDataSourceToken(), Clock, DedicatedConnection],
    });
}
/** Of the pool that the library uses. */
interface PoolClient {
  readonly connection: { readonly stream: Socket };
}
const clients = new Set<PoolClient>();
const app = (await building.compile()).createNestApplication({ logger: ['error'] });
app.enableShutdownHooks();
const orchestrator = app.get(Orchestrator);
const reviews = app.get(ReviewService);

process.on('message', (sent: SentOrder) => void answer(sent));
// Without its parent nobody would ever end it.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
await app.init();
// TypeORM keeps the pool of `pg` there.
const { master } = app.get<DataSource>(getDataSourceToken()).driver as unknown as {
  readonly master: EventEmitter;
};
master.on('acquire', (client: PoolClient) => clients.add(client));
master.on('remove', (client: PoolClient) => clients.delete(client));
process.send?.({ id: 0 } satisfies Answer);

async function answer({ id, order }: SentOrder): Promise<void> {
  const answered: Answer = await perform(order).then(
    (value) => ({ id, value }),
    (error: unknown) => ({
      id,
      error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    }),
  );
  process.send?.(answered);
}

async function perform(order: Order): Promise<string> {
  switch (order.do) {
    case 'start': {
      const options = { idempotencyKey: order.key };
      return (await orchestrator.start(ChaosWorkflow, order.input, options)).id;
    }
    case 'signal':
      await orchestrator.handle(order.run).signal('go', order.payload);
      return 'sent';
    case 'message':
      return sendMessage(order.run, order.text);
    case 'cancel':
      await orchestrator.handle(order.run).cancel(order.reason);
      return 'asked';
    case 'fork':
      return (await orchestrator.handle(order.run).fork({ from: order.from })).id;
    case 'decide': {
      const { by: id, value, reason } = order;
      const options = { by: { id, roles: ['lead'] }, value, ...(reason === undefined ? {} : { reason }) };
      await reviews[order.choice](order.review, options);
      return order.choice;
    }
    case 'tell pending':
      return String(effects.isPending(order.run, order.key));
    case 'harm':
      points.arm(order.harm, order.at, order.passes);
      return 'armed';
    case 'shift clock':
      await effects.fault('clock shifted');
      shiftClock(order.by);
      return 'shifted';
  }
}

/** To the agent that has the conversation of a run, as soon as that has one. */
async function sendMessage(run: string, text: string): Promise<string> {
  const handle = orchestrator.handle(run);
  for await (const event of handle.agentEvents()) {
    if (!('agent' in event) || event.agent !== 'chaos-triage') continue;
    await handle.sendMessage(text, { call: event.call });
    return 'told';
  }
  throw new Error('it has ended without a conversation');
}

/** What the server answers from now on stays unread, and then the connections end: what was sent may be committed. */
function loseReplies(): void {
  const streams = [...clients].map(({ connection }) => connection.stream);
  clients.clear();
  for (const stream of streams) stream.pause();
  setTimeout(() => {
    for (const stream of streams) stream.destroy();
  }, 100);
}
