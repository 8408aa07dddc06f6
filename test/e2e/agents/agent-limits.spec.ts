import { beforeEach, describe, expect, it } from '@jest/globals';
import { lead } from '../gate/people.js';
import { stores } from '../host.js';
import { sharedHost } from '../shared-host.js';
import {
  BillingAgent,
  call,
  FrugalAgent,
  HurriedWorkflow,
  providers,
  SortingAgent,
  StrictAgent,
  TinyAgent,
  world,
} from './agents.fixture.js';

describe.each(stores)('an agent at its end (%s)', (store) => {
  const shared = sharedHost(store, providers);
  beforeEach(() => {
    world.done = [];
    shared.t.models.calls.length = 0;
  });

  it('at a limit answers once more, without tools, in its format', async () => {
    const { t } = shared;
    t.models
      .on('limit')
      .replyOnce({ toolCalls: [{ name: 'unknown', arguments: {} }] })
      .replyOnce({ toolCalls: [{ name: 'unknown', arguments: {} }] });
    t.models.on('You have to stop').reply({ topic: 'billing' });
    expect(await t.run(SortingAgent, 'limit')).toMatchObject({
      status: 'completed',
      output: { topic: 'billing' },
    });
    expect(t.models.calls.at(-1)).toMatchObject({ toolChoice: 'none' });
  });

  it('at a goal gives its output, also where it has said none yet', async () => {
    const { t } = shared;
    t.models.on('goal').replyOnce(call('search', '1'));
    t.models.on('That is all that was needed').reply({ topic: 'search' });
    expect(await t.run(SortingAgent, 'goal')).toMatchObject({ output: { topic: 'search' } });
    expect(world.done).toEqual(['search 1']);
  });

  it('fails by name where its last answer is no answer, but calls tools again', async () => {
    const { t } = shared;
    t.models.on('stubborn').reply(call('search', '1'));
    t.models.on('You have to stop').reply(call('search', '1'));
    expect(await t.run(BillingAgent, { shop: 'ACME', question: 'stubborn' })).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('it said nothing, or called tools again') },
    });
  });

  it("fails at a limit with onStop: 'fail', by name", async () => {
    const { t } = shared;
    t.models.on('strict').reply(call('search', '1'));
    expect(await t.run(StrictAgent, 'strict')).toMatchObject({
      status: 'failed',
      error: {
        message: expect.stringContaining('The agent strict was stopped by maxTurns: 1 turns are over'),
      },
    });
    expect(world.done).toEqual([]);
    expect(t.models.calls).toHaveLength(1);
  });

  it('stops after the time that it has worked, and not for what it has waited', async () => {
    const { t } = shared;
    const question = `slow ${store}`;
    t.models
      .on(question)
      .replyOnce(call('refund', '7'))
      .replyOnce(async () => {
        await t.clock.advance('90s');
        return call('findInvoice', '7');
      })
      .replyOnce(call('findInvoice', '8'));
    t.models.on('You have to stop, because it has worked for').reply('Late.');
    const { runId } = await t.run(BillingAgent, { shop: 'ACME', question });
    await t.clock.advance('3h');
    expect(await t.approve(runId, { by: lead })).toMatchObject({ status: 'completed', output: 'Late.' });
    // The turn in which the time ran out is acted upon; there is no other.
    expect(world.done).toEqual(['refund 7', 'find 7']);
  });

  it('has limits of its own: those of the step around it stand still', async () => {
    const { t } = shared;
    t.models.on(`patience ${store}`).reply(async () => {
      await t.clock.advance('90s');
      return { topic: 'time' };
    });
    expect(await t.run(HurriedWorkflow, `patience ${store}`)).toMatchObject({
      status: 'completed',
      output: 'time',
    });
  });

  it('within a limit of tokens always has its last answer, and never uses more', async () => {
    const { t } = shared;
    const question = `endless ${store}`;
    let asked = 0;
    t.models.on(question).reply(() => call('dump', String((asked += 1))));
    t.models.on('You have to stop').reply('As far as I got.');
    const result = await t.run(FrugalAgent, question);
    expect(result).toMatchObject({ status: 'completed', output: 'As far as I got.' });
    expect(asked).toBeGreaterThan(1);
    const { inputTokens, outputTokens } = result.usage;
    expect(inputTokens + outputTokens).toBeLessThanOrEqual(12_000);
    const told = t.models.calls
      .at(-1)
      ?.messages.filter(({ role }) => role === 'tool')
      .map(({ content }) => String(content).length);
    expect(Math.max(...(told ?? []))).toBeLessThan(60_000);
  });

  it('fails by name where not even one answer fits into its limit', async () => {
    const { t } = shared;
    expect(await t.run(TinyAgent, 'hello')).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('not even one answer fits into what is left') },
    });
    expect(t.models.calls).toHaveLength(0);
  });

  it('makes exactly as many tool calls as it may, also of one answer', async () => {
    const { t } = shared;
    t.models.on('many').replyOnce(call('search', '1', '2', '3', '4', '5', '6'));
    t.models.on('You have to stop, because 4 tool calls were made').reply('Enough.');
    const result = await t.run(BillingAgent, { shop: 'ACME', question: 'many' });
    expect(result).toMatchObject({ status: 'completed', output: 'Enough.' });
    expect(world.done).toEqual(['search 1', 'search 2', 'search 3', 'search 4']);
  });
});
