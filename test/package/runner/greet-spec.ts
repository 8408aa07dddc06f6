import { Test } from '@nestjs/testing';
import assert from 'node:assert/strict';
import { OrchestrationHarness, OrchestrationTestingModule } from 'nestjs-nestor/testing';
import { GreetWorkflow, Titles } from './greet.workflow.js';

// A user's spec: the package test copies it as greet.spec.ts, and runs it with Jest and with Vitest.
declare const it: (name: string, body: () => Promise<void>) => void;

it('greets with the title', async () => {
  const moduleRef = await Test.createTestingModule({
    imports: [OrchestrationTestingModule.forRoot()],
    providers: [GreetWorkflow, Titles],
  }).compile();
  const t = await OrchestrationHarness.from(moduleRef);
  t.models.on('Greet Dr Ada').reply('hello');
  const run = await t.run(GreetWorkflow, 'Ada');
  assert.equal(run.status === 'completed' && run.output, 'HELLO');
  await t.close();
});
