import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { type Host, openHost } from '../../test/e2e/host.js';
import {
  AgentsWorkflow,
  BillingDesk,
  HelpModule,
  OneCallWorkflow,
  Orders,
  OrderTools,
  PipelineWorkflow,
  Reception,
  RetrievalWorkflow,
  TechnicalDesk,
  ToolsWorkflow,
} from './index.js';

const lead = { by: { id: 'lena', roles: ['support-lead'] } };
const call = (name: string, args: object) => ({ toolCalls: [{ name, arguments: { ...args } }] });

describe('the levels of complexity', () => {
  let host: Host;
  let orders: Orders;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    host = await openHost(
      'database',
      [
        AgentsWorkflow,
        BillingDesk,
        OneCallWorkflow,
        Orders,
        OrderTools,
        PipelineWorkflow,
        Reception,
        RetrievalWorkflow,
        TechnicalDesk,
        ToolsWorkflow,
      ],
      {},
      { imports: [HelpModule] },
    );
    orders = host.t.module.get(Orders);
  });
  afterAll(() => host.close());
  beforeEach(() => host.t.models.reset());

  it('1: one call answers', async () => {
    host.t.models.on('Is it waterproof?').reply('It is.');
    expect(await host.t.run(OneCallWorkflow, 'Is it waterproof?')).toMatchObject({
      status: 'completed',
      output: { answer: 'It is.' },
    });
  });

  it('2: the model is given the articles that speak of the question, and the answer says which', async () => {
    host.t.models.on(/returns-and-refunds/).reply('Within two weeks.');
    expect(await host.t.run(RetrievalWorkflow, 'How do I return a sensor for a refund?')).toMatchObject({
      status: 'completed',
      output: { answer: 'Within two weeks.', sources: expect.arrayContaining(['returns-and-refunds.md']) },
    });
  });

  it('3: a pipeline reads, looks up on both sides, drafts, and asks a person about orders', async () => {
    const { models } = host.t;
    models.on('What is this question about').reply(({ messages }) => {
      const isOrder = JSON.stringify(messages).includes('MB-1001');
      return { topic: isOrder ? 'order' : 'device', search: 'refund' };
    });
    models.on('"item":"Moisture sensor"').reply('Your sensor is on its way.');
    models.on('There is no order.').reply('Charge it.');
    const asked = await host.t.run(PipelineWorkflow, 'Where is MB-1001?');
    expect(asked).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'review', step: 'draft' }] });
    expect(await host.t.approve(asked.runId, lead)).toMatchObject({
      output: { answer: 'Your sensor is on its way.' },
    });
    expect(await host.t.run(PipelineWorkflow, 'It blinks.')).toMatchObject({
      status: 'completed',
      output: { answer: 'Charge it.' },
    });
  });

  it('4: a model with tools pays back little by itself, and much once a person has agreed', async () => {
    const { models } = host.t;
    models
      .on('MB-1001')
      .replyOnce(call('findOrder', { number: 'MB-1001' }))
      .replyOnce(call('search_help', { question: 'refund of a broken sensor' }))
      .replyOnce(call('payBack', { number: 'MB-1001', euros: 29 }))
      .reply('29 EUR are on their way.');
    expect(await host.t.run(ToolsWorkflow, 'MB-1001 is broken.')).toMatchObject({
      status: 'completed',
      output: { answer: '29 EUR are on their way.' },
    });
    expect(orders.find('MB-1001')?.refunded).toBe(29);
    models
      .on('MB-1002')
      .replyOnce(call('payBack', { number: 'MB-1002', euros: 240 }))
      .reply('It is done.');
    const asked = await host.t.run(ToolsWorkflow, 'MB-1002 never came.');
    expect(asked).toMatchObject({ status: 'waiting' });
    expect(orders.find('MB-1002')?.refunded).toBe(0);
    expect(await host.t.approve(asked.runId, lead)).toMatchObject({ output: { answer: 'It is done.' } });
    expect(orders.find('MB-1002')?.refunded).toBe(240);
  });

  it('5: an agent hands a question over to the one that knows', async () => {
    const { models } = host.t;
    models.on(Reception).reply(call('transfer_to_technical-desk', { reason: 'a device' }));
    models
      .on(TechnicalDesk)
      .replyOnce(call('findArticles', { about: 'sensor offline' }))
      .reply('Change its battery.');

    expect(await host.t.run(AgentsWorkflow, 'My sensor is offline.')).toMatchObject({
      status: 'completed',
      output: { answer: 'Change its battery.' },
    });
  });
});
