import { beforeEach, describe, expect, it } from '@jest/globals';
import { ModelCallError } from 'nestjs-nestor';
import { lead } from '../gate/people.js';
import { stores } from '../host.js';
import { sharedHost } from '../shared-host.js';
import {
  BillingAgent,
  call,
  DeskWorkflow,
  HandOnWorkflow,
  providers,
  TwiceWorkflow,
  world,
} from './agents.fixture.js';

describe.each(stores)('an agent (%s)', (store) => {
  const shared = sharedHost(store, providers);
  beforeEach(() => {
    world.done = [];
    shared.t.models.calls.length = 0;
  });
  /** Looks an invoice up, refunds it, answers. */
  const script = (question: string) =>
    shared.t.models
      .on(question)
      .replyOnce(call('findInvoice', '7'))
      .replyOnce(call('refund', '7'))
      .reply('It is refunded.');

  it('calls its own tools by their short names, waits for a person, and answers in a step', async () => {
    const { t } = shared;
    script('refund 7');
    const waiting = await t.run(DeskWorkflow, 'refund 7');
    expect(waiting.status).toBe('waiting');
    expect(world.done).toEqual(['find 7']);
    const result = await t.approve(waiting.runId, { by: lead });
    expect(result).toMatchObject({
      status: 'completed',
      output: { output: 'It is refunded.', condition: 'answered', turns: 3, toolCalls: 2, calls: 3, said: 6 },
    });
    expect(world.done).toEqual(['find 7', 'refund 7']);
    // A clock in the instructions, and a wait in between: no turn was asked twice.
    expect(t.models.calls).toHaveLength(3);
    const offered = t.models.calls[0]?.tools?.map(({ name }) => name);
    expect(offered).toEqual(['findInvoice', 'refund', 'search']);
    expect(t.models.calls[0]?.messages[0]).toMatchObject({
      role: 'system',
      content: expect.stringContaining('ACME'),
    });
    const { items } = await t.audit.find({ runId: result.runId, type: 'call.completed' });
    const made = items.map(({ payload }) => (payload as { kind: string; name: string }).name);
    expect(made).toEqual([
      'scripted/default',
      'billing.findInvoice',
      'scripted/default',
      'billing.refund',
      'scripted/default',
      'billing',
    ]);
    expect(await t.audit.verify(result.runId)).toMatchObject({ problems: [] });
  });

  it('is scripted by its class in a test, and its reviews are listed', async () => {
    const { t } = shared;
    t.models
      .on(BillingAgent)
      .replyOnce(call('refund', '1', '2'))
      .replyOnce('Both are refunded.');
    const { runId } = await t.run(BillingAgent, { shop: 'ACME', question: 'both' });
    const reviews = await t.reviews(runId);
    const of = (number: string) =>
      reviews.find(({ proposed }) => (proposed as { number: string }).number === number)?.id ?? '';
    expect(reviews).toHaveLength(2);
    await t.approve(of('2'), { by: lead });
    await t.approve(of('1'), { by: lead });
    expect(await t.result(runId)).toMatchObject({ status: 'completed', output: 'Both are refunded.' });
    expect(world.done).toEqual(['refund 2', 'refund 1']);
  });

  it('is a run of its own, too', async () => {
    const { t } = shared;
    script('by itself');
    const waiting = await t.run(BillingAgent, { shop: 'ACME', question: 'by itself' });
    expect(waiting.status).toBe('waiting');
    expect(await t.approve(waiting.runId, { by: lead })).toMatchObject({
      status: 'completed',
      output: 'It is refunded.',
    });
    expect(world.done).toEqual(['find 7', 'refund 7']);
    expect(t.models.calls).toHaveLength(3);
  });

  it.each([1, 2, 3, 4, 5, 6])(
    'after a crash before append %i asks and does nothing twice that is on record',
    async (after) => {
      const { t } = shared;
      const question = `crash ${after} ${store}`;
      const replies = [call('findInvoice', '7', '8'), call('search', '9'), 'Found.'];
      // By what was said, and not by how often it was asked.
      t.models
        .on(question)
        .reply(({ messages }) => replies[messages.filter(({ role }) => role === 'assistant').length] ?? '?');
      const crashed = t.crashAt('append.before', { after });
      const handle = await t.start(DeskWorkflow, question);
      await Promise.race([crashed, handle.result()]);
      await t.recover();
      expect(await handle.result()).toMatchObject({
        status: 'completed',
        output: { output: 'Found.', turns: 3, toolCalls: 3 },
      });
      const { items } = await t.audit.find({ runId: handle.id, type: 'call.completed' });
      const turns = items.filter(({ payload }) => (payload as { kind: string }).kind === 'model');
      expect(turns.map(({ payload }) => (payload as { position: unknown }).position)).toEqual([
        [1],
        [2],
        [3],
      ]);
      // The one that was under way may have been asked once more.
      expect(t.models.calls.length).toBeLessThanOrEqual(4);
      expect(world.done.length).toBeLessThanOrEqual(5);
    },
  );

  it('goes on in the next attempt at the turn that failed', async () => {
    const { t } = shared;
    const question = `fails in between ${store}`;
    const down = new ModelCallError('the model is down', { transient: false, status: 400 });
    t.models
      .on(question)
      .replyOnce(call('findInvoice', '7'))
      .failOnce(Object.assign(down, { details: { transient: true } }))
      .reply('Found.');
    const result = await t.run(DeskWorkflow, question);
    expect(result).toMatchObject({ status: 'completed', output: { turns: 2 } });
    expect(world.done).toEqual(['find 7']);
    expect(t.models.calls).toHaveLength(3);
  });

  it('that has ended is not run again where its step is, and its result is as it was', async () => {
    const { t } = shared;
    const question = `twice ${store}`;
    t.models.on(question).replyOnce(call('findInvoice', '7')).reply('Found.');
    const { runId } = await t.run(TwiceWorkflow, question);
    expect(await t.approve(runId, { by: lead })).toMatchObject({
      status: 'completed',
      output: { calls: 2, cost: expect.any(Number), said: 4, last: 'Found.' },
    });
    expect(world.done).toEqual(['find 7', 'sign Found.']);
    expect(t.models.calls).toHaveLength(2);
  });

  it('runs in place of a step, and hands on what its `static output` says', async () => {
    const { t } = shared;
    t.models.on('sort this').reply({ topic: 'billing' });
    const { runId } = await t.run(HandOnWorkflow, 'sort this');
    expect(await t.orchestrator.handle(runId).result()).toMatchObject({
      status: 'completed',
      output: 'about billing',
    });
  });
});
