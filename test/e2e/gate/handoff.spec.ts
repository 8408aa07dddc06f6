import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  allow,
  block,
  Guardrail,
  type GuardrailSubject,
  Input,
  Step,
  transform,
  Workflow,
} from 'nestjs-nestor';
import { type Call, currentScope } from '../../../lib/scope/index.js';
import { type Host, openHost, stores } from '../host.js';
import { recordsOf } from './records.js';

/** Nothing in this version hands over yet; the gate lets such a call pass, or not, as it will. */
const handoff = (to: string, received: unknown[]): Call => ({
  kind: 'handoff',
  name: 'specialist',
  arguments: { to },
  effect: 'none',
  onInDoubt: 'retry',
  perform: async (args) => {
    received.push(args);
    return 'taken over';
  },
});

@Injectable()
class Received {
  readonly all: unknown[] = [];
}

@Workflow()
class HandoffWorkflow {
  constructor(private readonly received: Received) {}

  @Step()
  async act(@Input() to: string) {
    return currentScope()?.call(handoff(to, this.received.all));
  }
}

@Injectable()
class Border {
  @Guardrail({ at: ['handoff', 'model.request'] })
  check({ value, at }: GuardrailSubject<{ to: string }>) {
    if (at !== 'handoff') return allow();
    if (value.to === 'stranger') return block('unknown there');
    return transform({ to: `${value.to} (checked)` }, 'checked');
  }
}

describe.each(stores)('a handoff (%s)', (store) => {
  let host: Host;
  beforeAll(async () => {
    host = await openHost(store, [Received, HandoffWorkflow, Border]);
  });
  afterAll(() => host.close());

  it('meets the guardrails at handoff, and what they make of it is handed over', async () => {
    const { runId, ...result } = await host.t.run(HandoffWorkflow, 'ann');
    expect(result).toMatchObject({ output: 'taken over' });
    expect(host.t.module.get(Received).all).toEqual([{ to: 'ann (checked)' }]);
    expect(await recordsOf(host.t, runId, 'guardrail.evaluated', 'call.completed')).toMatchObject([
      { payload: { at: 'handoff', verdict: 'transform', done: 'changed' } },
      { payload: { kind: 'handoff', name: 'specialist', arguments: { to: 'ann (checked)' } } },
    ]);
  });

  it('is stopped there', async () => {
    host.t.module.get(Received).all.length = 0;
    expect(await host.t.run(HandoffWorkflow, 'stranger')).toMatchObject({
      status: 'failed',
      error: { details: { code: 'GUARDRAIL_BLOCKED' } },
    });
    expect(host.t.module.get(Received).all).toEqual([]);
  });
});
