import { beforeEach, describe, expect, it } from '@jest/globals';
import { InputValidationError, OutputValidationError } from 'nestjs-nestor';
import { ChoiceWorkflow, RoundsWorkflow, Rules, StockWorkflow, TripWorkflow, world } from './fork.fixture.js';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

describe.each(stores)('fork (%s)', (store) => {
  const shared = sharedHost(store, [TripWorkflow, RoundsWorkflow, ChoiceWorkflow, StockWorkflow, Rules]);
  const waitingTrip = async () => {
    const handle = await shared.t.start(TripWorkflow, { to: 'Rome' });
    await handle.idle();
    return handle;
  };
  beforeEach(() => {
    world.done = [];
    world.isBroken = false;
  });

  it('names the record of its source that it begins behind, by number and hash', async () => {
    const { runId } = await shared.t.run(RoundsWorkflow, null);
    const fork = await shared.t.orchestrator.handle(runId).fork({ from: 'check' });
    await fork.result();
    const { items: forked } = await shared.t.audit.find({ runId: fork.id, type: 'run.forked' });
    const { items: source } = await shared.t.audit.find({ runId });
    const facts = forked[0]?.payload as { source: string; seq: number; head: string };
    expect(facts.source).toBe(runId);
    const at = source.find(({ seq }) => seq === facts.seq);
    expect(at).toMatchObject({ type: 'step.completed', step: 'add', hash: facts.head });
  });

  it('of a waiting run goes its own way, and the source waits on', async () => {
    const source = await waitingTrip();
    const fork = await source.fork({ from: 'leave', edits: { outputs: { measure: { km: 9 } } } });
    expect(await fork.idle()).toMatchObject({ status: 'waiting' });
    await fork.signal('go');
    expect(await fork.result()).toMatchObject({ output: 'Rome, 9 km' });
    expect(await source.status()).toBe('waiting');
    expect(world.done).toEqual(['measure Rome', 'leave', 'tell']);
    const again = await fork.fork({ from: 'tell', edits: { input: { to: 'Bonn' } } });
    expect(await again.result()).toMatchObject({ output: 'Bonn, 9 km' });
    expect(await shared.t.audit.verify(again.id)).toMatchObject({ problems: [] });
    expect(await again.replay()).toMatchObject({ divergences: [] });
  });

  it('refuses edits that nothing would read, with the nearest name', async () => {
    const source = await waitingTrip();
    const edit = (outputs: Record<string, never>) => source.fork({ from: 'leave', edits: { outputs } });
    await expect(edit({ mesure: 1 as never })).rejects.toThrow(/no step 'mesure'. Did you mean 'measure'/);
    await expect(edit({ tell: 'x' as never })).rejects.toThrow(/tell can't be edited.*'measure'/);
    await expect(source.fork({ from: 'leafe' })).rejects.toThrow(/Did you mean 'leave'/);
  });

  it('refuses edits that the steps, the input and its guardrails would not let pass', async () => {
    const source = await waitingTrip();
    const outputs = { measure: { km: 'far' } };
    await expect(source.fork({ from: 'leave', edits: { outputs } })).rejects.toThrow(OutputValidationError);
    await expect(source.fork({ from: 'leave', edits: { input: { to: 7 } } })).rejects.toThrow(
      InputValidationError,
    );
    await expect(source.fork({ from: 'leave', edits: { input: { to: 'moon' } } })).rejects.toThrow(/too far/);
  });

  it('lets guardrails look at edited outputs, and at each of a list', async () => {
    const source = await waitingTrip();
    const edit = (km: number) => source.fork({ from: 'leave', edits: { outputs: { measure: { km } } } });
    await expect(edit(1_000)).rejects.toMatchObject({
      code: 'GUARDRAIL_BLOCKED',
      message: expect.stringContaining('no trip is that long'),
    });
    const fork = await edit(500);
    await fork.signal('go');
    expect(await fork.result()).toMatchObject({ output: expect.stringContaining('499 km') });
    const { items } = await shared.t.audit.find({ runId: fork.id, type: 'guardrail.evaluated' });
    expect(items).toMatchObject([{ payload: { guardrail: 'Rules.near', verdict: 'transform' } }]);
    const choice = await shared.t.run(ChoiceWorkflow, null);
    const list = (double: number[]) =>
      shared.t.orchestrator.handle(choice.runId).fork({ from: 'close', edits: { outputs: { double } } });
    await expect(list([7, 2_000])).rejects.toMatchObject({ code: 'GUARDRAIL_BLOCKED' });
  });

  it('inside a repeat loop begins before the first round of that step', async () => {
    const { runId } = await shared.t.run(RoundsWorkflow, null);
    const source = shared.t.orchestrator.handle(runId);
    expect(await source.result()).toMatchObject({ output: 4 });
    world.done = [];
    const fork = await source.fork({ from: 'check', edits: { outputs: { add: 3 } } });
    expect(await fork.result()).toMatchObject({ output: 4 });
    expect(world.done).toEqual(['check', 'add', 'check', 'last']);
    world.done = [];
    const behind = await source.fork({ from: 'last', edits: { outputs: { check: 8 } } });
    expect(await behind.result()).toMatchObject({ output: 8 });
    expect(world.done).toEqual(['last']);
  });

  it('with another route takes the other way, and with another list has other items', async () => {
    const { runId } = await shared.t.run(ChoiceWorkflow, null);
    world.done = [];
    const source = shared.t.orchestrator.handle(runId);
    await expect(source.fork({ from: 'close', edits: { outputs: { choose: 'other' } } })).rejects.toThrow(
      /one or many of refund, answer/,
    );
    const fork = await source.fork({ from: 'answer', edits: { outputs: { choose: 'refund' } } });
    expect(await fork.result()).toMatchObject({ output: ['refunded', 2, 4] });
    expect(world.done).toEqual(['refund']);
    const list = await source.fork({ from: 'close', edits: { outputs: { double: [7] } } });
    expect(await list.result()).toMatchObject({ output: ['answered', 7] });
  });

  it('of a run that was tried again takes over what counts, not what was undone', async () => {
    world.isBroken = true;
    const { runId } = await shared.t.run(StockWorkflow, null);
    const source = shared.t.orchestrator.handle(runId);
    world.isBroken = false;
    const early = await source.fork({ from: 'ship' });
    expect(await early.result()).toMatchObject({ output: 'reservation 2' });
    await source.retry();
    expect(await source.result()).toMatchObject({ output: 'reservation 3' });
    const fork = await source.fork({ from: 'ship' });
    expect(await fork.result()).toMatchObject({ output: 'reservation 3' });
    expect(world.done).toEqual(['reserve', 'release 1', 'reserve', 'reserve']);
  });
});
