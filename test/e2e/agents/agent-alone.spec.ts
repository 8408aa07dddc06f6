import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { AgentService, RunWaitingError } from 'nestjs-nestor';
import { lead } from '../gate/people.js';
import { stores } from '../host.js';
import { sharedHost } from '../shared-host.js';
import { BillingAgent, call, providers, SortingAgent, StrictAgent, world } from './agents.fixture.js';

const host: { agents?: AgentService } = {};

/** What has nothing to do with runs, such as a controller. */
@Injectable()
class Controller {
  constructor(agents: AgentService) {
    host.agents = agents;
  }
}

describe.each(stores)('an agent that is called outside any run (%s)', (store) => {
  const shared = sharedHost(store, [...providers, Controller]);
  beforeEach(() => {
    world.done = [];
    shared.t.models.calls.length = 0;
  });
  const agents = () => {
    if (!host.agents) throw new Error('no controller');
    return host.agents;
  };

  it('is a run on disk, of which the whole result is given', async () => {
    const { t } = shared;
    t.models.on(BillingAgent).replyOnce(call('findInvoice', '7')).replyOnce('Found.');
    const result = await agents().run(BillingAgent, { shop: 'ACME', question: `alone ${store}` });
    expect(result).toMatchObject({
      output: 'Found.',
      stop: { condition: 'answered' },
      turns: 2,
      toolCalls: 1,
      usage: { calls: 2 },
    });
    expect(result.cost).toBe(result.usage.usd);
    expect(result.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
    const { items } = await t.orchestrator.find({ workflow: 'billing', limit: 1 });
    expect(items[0]).toMatchObject({ status: 'completed' });
  });

  it('that has to wait says which run it is, and goes on there', async () => {
    const { t } = shared;
    t.models.on(BillingAgent).replyOnce(call('refund', '7')).replyOnce('Refunded.');
    const waiting = await agents()
      .run(BillingAgent, { shop: 'ACME', question: `waits ${store}` })
      .catch((error: unknown) => error);
    expect(waiting).toBeInstanceOf(RunWaitingError);
    const { details, message } = waiting as RunWaitingError;
    expect(message).toContain('has to wait (review)');
    expect(await t.approve(String(details['runId']), { by: lead })).toMatchObject({ output: 'Refunded.' });
  });

  it('fails as it would in a run, with its own error', async () => {
    const { t } = shared;
    t.models.on(StrictAgent).replyOnce(call('search', '1'));
    const failed = await agents()
      .run(StrictAgent, 'strict')
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'AGENT_STOPPED', details: { condition: 'maxTurns' } });
  });

  it('refuses what would be lost with this process', async () => {
    await expect(agents().run(SortingAgent, 'x', { model: 'large' })).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
      message: expect.stringContaining("'model' of this call would be lost"),
    });
  });
});
