import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Agent, type AgentEvent, AgentService, Orchestrator } from 'nestjs-nestor';
import { bullmqDispatcher } from 'nestjs-nestor/bullmq';
import { openTestRedis, describeOnServerAndRedis, type TestRedis } from '../conformance/redis.js';
import { openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { HaltingModel } from '../e2e/halting-model.js';
import { Latch } from '../e2e/latch.js';
import { type Machine, openMachine } from './machine.js';

@Agent({ instructions: 'You talk.' })
class TalkingAgent {}

describeOnServerAndRedis('events of agents over machines', () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let model: HaltingModel;
  const machines: Machine[] = [];

  const open = async (role: 'start' | 'both') => {
    const machine = await openMachine(database.options, [TalkingAgent], {
      role,
      models: { providers: [model.as('scripted')], default: 'scripted/default' },
      dispatcher: bullmqDispatcher({ connection: redis.connection, prefix: redis.prefix }),
    });
    machines.push(machine);
    return machine;
  };

  beforeAll(async () => {
    database = await openTestDatabase();
    redis = openTestRedis();
    model = new HaltingModel();
  }, 60_000);

  afterAll(async () => {
    for (const machine of machines) await machine.close();
    await redis.close();
    await database.close();
  }, 60_000);

  it('come to the one that has asked, and to one that asks later, which first hears what was said so far', async () => {
    model.on(TalkingAgent).reply('one two three four');
    const front = await open('start');
    const { events, handle, result } = await front.get(AgentService).stream(TalkingAgent, 'talk');
    const reading = collected(events);
    await open('both');
    await model.middle.opened;
    const later = await open('start');
    const heardSoFar = new Latch();
    const late: AgentEvent[] = [];
    const reader = (async () => {
      for await (const event of later.get(Orchestrator).handle(handle.id).agentEvents()) {
        late.push(event);
        if (event.type === 'text') heardSoFar.open();
      }
    })();
    await heardSoFar.opened;
    expect(textOf(late)).toBe('one two ');
    model.door.open();
    expect((await result).output).toBe('one two three four');
    await reader;
    const early = await reading;
    expect(textOf(early)).toBe('one two three four');
    expect(textOf(late)).toBe('one two three four');
    expect([...early, ...late].filter(({ type }) => type === 'restart')).toEqual([]);
  });
});

async function collected(events: AsyncIterable<AgentEvent>): Promise<AgentEvent[]> {
  const all: AgentEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

function textOf(events: readonly AgentEvent[]): string {
  return events.map((event) => (event.type === 'text' ? event.text : '')).join('');
}
