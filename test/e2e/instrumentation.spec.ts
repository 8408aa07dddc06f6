import { AsyncLocalStorage } from 'node:async_hooks';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Injectable, Logger } from '@nestjs/common';
import {
  Input,
  Instrumentation,
  type InstrumentedFacts,
  type InstrumentedKind,
  ModelService,
  Step,
  type StepContext,
  StepCtx,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

interface Span {
  readonly kind: InstrumentedKind;
  readonly facts: InstrumentedFacts[InstrumentedKind];
  readonly above: Span | undefined;
  outcome: 'open' | 'ended' | 'failed';
}

/** Spans as a tracer makes them: each below the one that is active where it begins. */
class Tracer extends Instrumentation {
  spans: Span[] = [];
  broken = false;
  private readonly active = new AsyncLocalStorage<Span>();

  async around<Kind extends InstrumentedKind>(
    kind: Kind,
    facts: InstrumentedFacts[Kind],
    body: () => unknown,
  ): Promise<void> {
    if (this.broken) throw new Error('no exporter');
    const span: Span = { kind, facts, above: this.active.getStore(), outcome: 'open' };
    this.spans.push(span);
    try {
      await this.active.run(span, body);
      span.outcome = 'ended';
    } catch (error) {
      span.outcome = 'failed';
      throw error;
    }
  }

  of(kind: InstrumentedKind): Span[] {
    return this.spans.filter((span) => span.kind === kind);
  }
}

@Injectable()
class Stock {
  @Tool({ description: 'How many there are.', effect: 'none' }) async count({ of }: { of: string }) {
    if (of === 'unicorns') throw new Error('there are none');
    return of.length;
  }
}

@Workflow()
class CountingWorkflow {
  constructor(
    private readonly stock: Stock,
    private readonly models: ModelService,
  ) {}

  @Step({ retry: { attempts: 1 } }) async count(@Input() of: string, @StepCtx() _: StepContext) {
    const { text } = await this.models.generate({ prompt: 'how many?', maxTokens: 10 });
    return `${text} ${await this.stock.count({ of })}`;
  }
}

const tracer = new Tracer();

describe.each(stores)('an instrumentation (%s)', (store) => {
  const shared = sharedHost(store, [Stock, CountingWorkflow], { instrumentation: tracer });

  beforeEach(() => {
    tracer.spans = [];
    tracer.broken = false;
    shared.t.models.reset();
    shared.t.models.on(/./).reply('there are');
  });

  it('sees turns, attempts, calls and commits of a run, each inside what it belongs to', async () => {
    const { runId } = await shared.t.run(CountingWorkflow, 'apples');
    const step = { runId, workflow: 'counting', step: 'count', attempt: 1 };
    expect(tracer.of('turn').every(({ facts }) => 'runId' in facts && facts.runId === runId)).toBe(true);
    expect(tracer.of('turn').length).toBeGreaterThan(0);
    expect(tracer.of('attempt')).toMatchObject([
      { facts: { ...step, iteration: 0, phase: 'perform' }, outcome: 'ended' },
    ]);
    expect(tracer.of('call')).toMatchObject([
      { facts: { ...step, kind: 'step', name: 'count' }, above: { kind: 'attempt' }, outcome: 'ended' },
      { facts: { ...step, kind: 'model', name: 'scripted/default' }, above: { facts: { kind: 'step' } } },
      { facts: { ...step, kind: 'tool', name: 'count' }, above: { facts: { kind: 'step' } } },
    ]);
    const { records } = await shared.t.orchestrator.handle(runId).state();
    const commits = tracer.of('commit').map(({ facts }) => ('records' in facts ? facts.records : 0));
    expect(commits.reduce((sum, count) => sum + count, 0)).toBe(records);
  });

  it('sees that a call has failed, and makes nothing of it', async () => {
    jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const result = await shared.t.run(CountingWorkflow, 'unicorns');
    expect(result.status).toBe('failed');
    expect(tracer.of('call').filter(({ outcome }) => outcome === 'failed')).toMatchObject([
      { facts: { kind: 'step' } },
      { facts: { kind: 'tool' } },
    ]);
  });

  it('that fails each time changes nothing of a run', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    tracer.broken = true;
    const result = await shared.t.run(CountingWorkflow, 'pears');
    expect(result).toMatchObject({ status: 'completed', output: 'there are 5' });
    expect(logged.mock.calls.flat()).toContain('The instrumentation threw around a call: no exporter');
  });
});
