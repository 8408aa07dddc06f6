import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  AuditService,
  Guardrail,
  HumanReview,
  Input,
  type OrchestrationOptions,
  Orchestrator,
  ReviewService,
  Step,
  Tool,
  Workflow,
  WorkflowRegistry,
} from 'nestjs-nestor';
import { optionProblems } from '../../lib/module/orchestration.options-check.js';
import { openHost, type Host } from './host.js';

// An option that is undefined is one that was not given: `timeout: isSlow ? '1h' : undefined`.

@Injectable()
class BareTools {
  @Tool({ description: 'looks' }) async look(): Promise<string> {
    return 'seen';
  }
}

@Injectable()
class Tools {
  @Tool({
    name: 'look-too',
    description: 'looks',
    input: undefined,
    output: undefined,
    effect: undefined,
    onInDoubt: undefined,
    retry: undefined,
    timeout: undefined,
    access: undefined,
    tags: undefined,
  })
  async look(): Promise<string> {
    return 'seen';
  }
}

@Workflow({ name: 'bare' })
class BareWorkflow {
  @Step() first(@Input() text: string) {
    return text;
  }
  @Step({ after: 'first', retry: {}, budget: {} }) @HumanReview({ at: 'output' }) second() {
    return [1];
  }
  @Step({ forEach: { over: 'second' } }) third() {
    return 1;
  }
}

@Workflow({
  name: 'given',
  version: undefined,
  description: undefined,
  result: undefined,
  timeout: undefined,
  concurrency: undefined,
  defaults: undefined,
  budget: undefined,
  access: undefined,
  onChange: undefined,
})
class GivenWorkflow {
  @Step({
    title: undefined,
    after: undefined,
    join: undefined,
    when: undefined,
    routes: undefined,
    forEach: undefined,
    repeat: undefined,
    waitFor: undefined,
    cancels: undefined,
    delay: undefined,
    output: undefined,
    retry: undefined,
    timeout: undefined,
    idleTimeout: undefined,
    effect: undefined,
    onInDoubt: undefined,
    fallback: undefined,
    onError: undefined,
    compensate: undefined,
    transactional: undefined,
    budget: undefined,
    access: undefined,
  })
  first(@Input() text: string) {
    return text;
  }
  @Step({
    after: 'first',
    retry: {
      attempts: undefined,
      initialDelay: undefined,
      maxDelay: undefined,
      factor: undefined,
      jitter: undefined,
      retryOn: undefined,
    },
    budget: { usd: undefined, tokens: undefined, calls: undefined, onExceeded: undefined },
  })
  @HumanReview({
    at: 'output',
    when: undefined,
    roles: undefined,
    users: undefined,
    quorum: undefined,
    separationOfDuties: undefined,
    title: undefined,
    instructions: undefined,
    form: undefined,
    timeout: undefined,
    onTimeout: undefined,
    escalateTo: undefined,
    remindEvery: undefined,
    sample: undefined,
    onReject: undefined,
  })
  second() {
    return [1];
  }
  @Step({ forEach: { over: 'second', concurrency: undefined, onError: undefined } }) third() {
    return 1;
  }
}

@Injectable()
class Rules {
  @Guardrail({ at: 'step.output', name: undefined, steps: undefined, workflows: undefined, tools: undefined })
  look() {
    return { verdict: 'allow' as const };
  }
}

let host: Host;
beforeAll(async () => {
  host = await openHost('memory', [BareTools, Tools, BareWorkflow, GivenWorkflow, Rules]);
});
afterAll(() => host.close());

describe('An option that is undefined', () => {
  it('of a workflow, a step, a review or a retry is one that was not given', () => {
    const registry = host.t.module.get(WorkflowRegistry);
    const definitionOf = (name: string) => {
      const { hash: _, where: __, ...rest } = registry.get(name) as unknown as Record<string, unknown>;
      return JSON.parse(JSON.stringify(rest).replaceAll(/bare|given/gi, 'x')) as unknown;
    };
    expect(definitionOf('given')).toEqual(definitionOf('bare'));
  });

  it('of a tool is one that was not given', () => {
    const [bare, given] = host.t.module
      .get(WorkflowRegistry)
      .tools()
      .map(({ definition: { name: _, where: __, ...rest } }) => rest);
    expect(given).toEqual(bare);
  });

  it('of the module is one that was not given', () => {
    const options: Required<{ [Name in keyof OrchestrationOptions]: undefined }> = {
      models: undefined,
      templates: undefined,
      guardrails: undefined,
      principal: undefined,
      access: undefined,
      tenancy: undefined,
      instrumentation: undefined,
      prices: undefined,
      budgets: undefined,
      cache: undefined,
      rateLimits: undefined,
      concurrencyLimits: undefined,
      principals: undefined,
      reviews: undefined,
      concurrency: undefined,
      payloadLimit: undefined,
      mediaLimit: undefined,
      audit: undefined,
      role: undefined,
      dispatcher: undefined,
      drainTimeout: undefined,
      dedicatedConnection: undefined,
    };
    expect(optionProblems(options)).toEqual([]);
  });

  it('of a start, a filter or a decision is one that was not given', async () => {
    const { t } = host;
    const handle = await t.start(GivenWorkflow, 'a', {
      idempotencyKey: undefined,
      principal: undefined,
      tags: undefined,
      correlationId: undefined,
      priority: undefined,
      budget: undefined,
    });
    expect((await t.result(handle.id)).status).toBe('waiting');
    const orchestrator = t.module.get(Orchestrator);
    const { items } = await orchestrator.find({
      workflow: undefined,
      status: undefined,
      tag: undefined,
      principal: undefined,
      tenant: undefined,
      parentRunId: undefined,
      from: undefined,
      to: undefined,
      limit: undefined,
      cursor: undefined,
    });
    expect(items.map(({ id }) => id)).toContain(handle.id);
    const found = await t.module
      .get(AuditService)
      .find({ runId: handle.id, step: undefined, from: undefined });
    expect(found.items.length).toBeGreaterThan(0);
    const reviews = t.module.get(ReviewService);
    const [review] = (await reviews.list({ runId: handle.id, status: undefined })).items;
    const lead = { id: 'lead', roles: [] };
    await reviews.approve(review?.id ?? '', { by: lead, reason: undefined, proposedHash: undefined });
    expect(await t.result(handle.id)).toMatchObject({ status: 'completed' });
  });
});
