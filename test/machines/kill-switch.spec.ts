import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { HumanReview, Input, KillSwitchService, ReviewService, Step, Tool, Workflow } from 'nestjs-nestor';
import { KillSwitches, KillSwitchStore } from '../../lib/limits/index.js';
import { Timers } from '../../lib/engine/index.js';
import { describeOnServer, openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { until } from '../e2e/until.js';
import { type Machine, openMachine } from './machine.js';

let sent: string[] = [];

@Injectable()
class Post {
  @Tool({ description: 'Sends a letter', effect: 'irreversible' })
  async send(text: string): Promise<string> {
    sent.push(text);
    return text;
  }

  @Tool({ description: 'Sends a letter that somebody has read', effect: 'irreversible' })
  @HumanReview({ roles: [] })
  async sendRead(text: string): Promise<string> {
    sent.push(text);
    return text;
  }
}

@Workflow()
class LetterWorkflow {
  constructor(private readonly post: Post) {}

  @Step()
  send(@Input() text: string): Promise<string> {
    return this.post.send(text);
  }
}

@Workflow()
class ReadWorkflow {
  constructor(private readonly post: Post) {}

  @Step()
  send(@Input() text: string): Promise<string> {
    return this.post.sendRead(text);
  }
}

const stop = { mode: 'stop', reason: 'wrong letters' } as const;
const repaired = { reason: 'repaired' };

describeOnServer('the kill switch on several machines', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  }, 60_000);
  afterAll(() => database.close());
  beforeEach(() => {
    sent = [];
  });

  const open = (count: number, options: Parameters<typeof openMachine>[2] = {}) =>
    Promise.all(
      Array.from({ length: count }, () =>
        openMachine(database.options, [Post, LetterWorkflow, ReadWorkflow], options),
      ),
    );
  const isOn = (machine: Machine, target = 'tool send') => machine.get(KillSwitches).isOn(target);
  const status = (machine: Machine, runId: string) => machine.orchestrator.handle(runId).status();

  it.each([
    ['by what the others are told', {}],
    ['by reading it every second', { dedicatedConnection: false }],
  ])(
    'is known to all of them %s, stops what they begin, and lets it go on when it is lifted',
    async (_, options) => {
      const machines = await open(4, options);
      const [first] = machines;
      const killSwitch = first!.get(KillSwitchService);
      for (let turn = 0; turn < 5; turn++) {
        await killSwitch.set({ tool: 'send' }, stop);
        await until('all know of the switch', () => machines.every((one) => isOn(one)));
        const before = sent.length;
        const handles = await Promise.all(
          machines.map((one, index) => one.orchestrator.start(LetterWorkflow, `${turn}.${index}`)),
        );
        for (const { id } of handles)
          await until('the run is paused', async () => (await status(first!, id)) === 'paused');
        expect(sent).toHaveLength(before);
        await killSwitch.lift({ tool: 'send' }, repaired);
        for (const { id } of handles)
          await until('the run has gone on', async () => (await status(first!, id)) === 'completed', 15_000);
        expect(sent).toHaveLength(before + machines.length);
      }
      await Promise.all(machines.map((one) => one.close()));
    },
    90_000,
  );

  it('holds for a call that waits for a person when it is set', async () => {
    const [one, other] = await open(2);
    const { id: runId } = await one!.orchestrator.start(ReadWorkflow, 'x');
    await until('the run waits', async () => (await status(one!, runId)) === 'waiting');
    await other!.get(KillSwitchService).set({ tool: 'sendRead' }, stop);
    await until('both know', () => [one!, other!].every((machine) => isOn(machine, 'tool sendRead')));
    const reviews = one!.get(ReviewService);
    const { items } = await reviews.list({ runId });
    await reviews.approve(items[0]?.id ?? '', { by: { id: 'lee', roles: [] } });
    await until('the run is paused', async () => (await status(one!, runId)) === 'paused');
    expect(sent).toEqual([]);
    await other!.get(KillSwitchService).lift({ tool: 'sendRead' }, repaired);
    await until('the run has gone on', async () => (await status(one!, runId)) === 'completed', 15_000);
    expect(sent).toEqual(['x']);
    await Promise.all([one!.close(), other!.close()]);
  }, 60_000);

  it('stops what is irreversible also on a machine that has not heard of it yet', async () => {
    const [deaf] = await open(1, { dedicatedConnection: false });
    deaf!.get(Timers).stopIntervals('kill switch');
    const switches = deaf!.get(KillSwitches);
    const store = deaf!.get(KillSwitchStore);
    const target = { kind: 'tool', name: 'send' } as const;
    const change = { target, mode: 'stop', reason: 'x', by: 'ana' } as const;
    await switches.refresh();
    // As another machine does.
    const at = new Date().toISOString();
    await store.change((all) => [...all, { ...change, at }], { ...change, at });
    expect(isOn(deaf!)).toBe(false);
    const { id } = await deaf!.orchestrator.start(LetterWorkflow, 'x');
    await until('the run is paused', async () => (await status(deaf!, id)) === 'paused', 30_000);
    expect(sent).toEqual([]);
    const records = await database.dataSource.query<{ type: string }[]>(
      `SELECT type FROM orchestration_audit_record WHERE run_id = $1 AND type = 'call.intended'`,
      [id],
    );
    expect(records).toEqual([]);
    await deaf!.close();
  }, 60_000);
});
