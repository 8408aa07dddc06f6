import { equal } from 'node:assert/strict';
import { Test } from '@nestjs/testing';
import { OrchestrationHarness, OrchestrationTestingModule } from 'nestjs-nestor/testing';
import { AnsweringAgent } from './answering.agent.js';
import { AskingAgent } from './asking.agent.js';
import { Customer, Payments, RefundWorkflow } from './refund.workflow.js';

// A user's spec, which a cell of the matrix copies as refund.spec.ts.
declare const it: (name: string, body: () => Promise<void>) => void;

it('pays once a lead has approved', async () => {
  const moduleRef = await Test.createTestingModule({
    imports: [OrchestrationTestingModule.forRoot()],
    providers: [RefundWorkflow, Payments, Customer],
  }).compile();
  const t = await OrchestrationHarness.from(moduleRef);
  t.models.on('Is this justified? broken').reply('justified');
  const refund = { order: 'A-1', cents: 2500, reason: 'broken' };
  const waiting = await t.run(RefundWorkflow, refund, { principal: { id: 'ada', roles: [] } });
  equal(waiting.status, 'waiting');
  const paid = await t.approve(waiting.runId, { by: { id: 'lena', roles: ['lead'] } });
  equal(paid.status === 'completed' && paid.output, 'paid 2500 for A-1: justified of ada');
  await t.close();
});

it('hands over between agents whose files import each other', async () => {
  const moduleRef = await Test.createTestingModule({
    imports: [OrchestrationTestingModule.forRoot()],
    providers: [AskingAgent, AnsweringAgent],
  }).compile();
  const t = await OrchestrationHarness.from(moduleRef);
  const handOver = (to: string) => ({
    toolCalls: [{ name: `transfer_to_${to}`, arguments: { reason: 'x' } }],
  });
  t.models.on(AskingAgent).replyOnce(handOver('answering')).reply('back again');
  t.models.on(AnsweringAgent).replyOnce(handOver('asking'));
  const run = await t.run(AskingAgent, 'what?');
  equal(run.status === 'completed' && run.output, 'back again');
  await t.close();
});
