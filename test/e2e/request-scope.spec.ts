import { Inject, Injectable, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { From, Input, type Principal, Step, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

interface RunRequest {
  readonly runId: string;
  readonly principal?: Principal;
  readonly input: unknown;
}

let made = 0;

@Injectable({ scope: Scope.REQUEST })
class Tenant {
  readonly number = (made += 1);

  constructor(@Inject(REQUEST) readonly request: RunRequest) {}
}

@Workflow()
class ScopedWorkflow {
  constructor(private readonly tenant: Tenant) {}

  @Step() first(@Input() _: string) {
    const { runId, principal, input } = this.tenant.request;
    return { runId, tenant: principal?.tenant, input, number: this.tenant.number };
  }

  @Step() second(@From('first') first: { number: number }) {
    return { ...first, second: this.tenant.number };
  }
}

describe.each(stores)('request-scoped providers (%s)', (store) => {
  const shared = sharedHost(store, [ScopedWorkflow, Tenant]);

  it('get a REQUEST of run, principal and input, one for each activation', async () => {
    made = 0;
    const principal = { id: 'ada', roles: [], tenant: 'acme' };
    const result = await shared.t.run(ScopedWorkflow, 'hello', { principal });
    expect(result).toMatchObject({
      status: 'completed',
      output: { runId: result.runId, tenant: 'acme', input: 'hello' },
    });
    const { number, second } = (result.status === 'completed' ? result.output : {}) as {
      number: number;
      second: number;
    };
    expect(second).not.toBe(number);
  });

  it('never see those of another run, however many continue at once', async () => {
    const starts = Array.from({ length: 50 }, (_, index) =>
      shared.t.run(ScopedWorkflow, index, { principal: { id: 'ada', roles: [], tenant: `t${index}` } }),
    );
    const results = await Promise.all(starts);
    results.forEach((result, index) =>
      expect(result).toMatchObject({ output: { runId: result.runId, tenant: `t${index}`, input: index } }),
    );
  });
});
