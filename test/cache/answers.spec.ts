import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, Logger } from '@nestjs/common';
import fc from 'fast-check';
import {
  allow,
  block,
  BudgetService,
  type CacheScope,
  type CacheSettings,
  CacheService,
  CurrentPrincipal,
  From,
  Guardrail,
  GuardrailSubject,
  Input,
  ModelService,
  type Principal,
  RoleAccessPolicy,
  Step,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { ScriptedModel } from 'nestjs-nestor/testing';
import { CallCache } from '../../lib/cache/index.js';
import { recordsOf } from '../e2e/gate/records.js';
import { type Host, openHost, stores } from '../e2e/host.js';

interface Question {
  readonly text: string;
  readonly times?: number;
  readonly cache?: CacheSettings;
  readonly temperature?: number;
  readonly model?: string;
  readonly tools?: 'reading' | 'writing';
}

@Injectable()
class Reading {
  @Tool({ description: 'Looks', effect: 'none' })
  async look(): Promise<string> {
    return 'seen';
  }
}

@Injectable()
class Writing {
  @Tool({ description: 'Writes', effect: 'idempotent' })
  async write(): Promise<string> {
    return 'written';
  }
}

@Workflow()
class AskWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 } })
  async ask(@Input() { text, times = 1, tools, ...options }: Question) {
    const asked = Array.from({ length: times }, () =>
      this.models.generate({
        prompt: text,
        ...options,
        ...(tools ? { tools: [tools === 'reading' ? Reading : Writing] } : {}),
      }),
    );
    const answers = await Promise.all(asked);
    return {
      texts: [...new Set(answers.map((answer) => answer.text))],
      cost: answers.reduce((sum, { cost }) => sum + cost, 0),
      saved: answers.reduce((sum, { saved }) => sum + saved, 0),
    };
  }
}

@Workflow({ budget: { calls: 1, onExceeded: 'fail' } })
class FrugalWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 } })
  async ask(@Input() text: string) {
    const cache = { ttl: '1h' } as const;
    const first = await this.models.generate({ prompt: `${text} once`, cache });
    const second = await this.models.generate({ prompt: text, cache });
    return [first.text, second.text];
  }
}

@Workflow({ budget: { calls: 1, onExceeded: 'pause' } })
class PausedWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 } })
  async ask(@Input() text: string) {
    await this.models.generate({ prompt: `${text} first` });
    const asked = [1, 2, 3].map(() => this.models.generate({ prompt: text, cache: { ttl: '1h' } }));
    return (await Promise.all(asked)).map((answer) => answer.text);
  }
}

@Workflow()
class StreamWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 } })
  async ask(@Input() text: string) {
    const stream = this.models.stream({ prompt: text, cache: { ttl: '1h' } });
    let heard = '';
    for await (const delta of stream) if (delta.type === 'text') heard += delta.text;
    return heard;
  }
}

/** Two steps that ask the same at once. */
@Workflow()
class PairWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 }, onError: 'skip' })
  async first(@Input() text: string) {
    return (await this.models.generate({ prompt: text, cache: { ttl: '1h' } })).text;
  }

  @Step({ retry: { attempts: 1 }, timeout: '10s', onError: 'skip' })
  async second(@Input() text: string) {
    return (await this.models.generate({ prompt: text, cache: { ttl: '1h' } })).text;
  }

  @Step({ join: 'all' })
  end(@From('first') first?: string, @From('second') second?: string) {
    return { first, second };
  }
}

let isBlocked = false;

@Injectable()
class Rules {
  @Guardrail({ at: 'model.response' })
  look({ value }: GuardrailSubject) {
    return isBlocked && JSON.stringify(value).includes('guarded') ? block('today it is blocked') : allow();
  }
}

@Injectable()
class FirstRules {
  @Guardrail({ at: 'model.response', workflows: ['pair'], steps: ['first'] })
  look({ value }: GuardrailSubject) {
    return JSON.stringify(value).includes('odd') ? block('not in the first step') : allow();
  }
}

const cache = { ttl: '1h' } as const;
const person = (id: string, tenant?: string, ...roles: string[]): Principal => ({
  id,
  roles,
  ...(tenant === undefined ? {} : { tenant }),
});
const ann = person('ann', 'acme');

describe.each(stores)('answers that are given again (%s)', (store) => {
  let host: Host;
  let service: CacheService;
  let budgets: BudgetService;
  let current: CurrentPrincipal;
  let number = 0;
  let text: string;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    const providers = [
      AskWorkflow,
      FrugalWorkflow,
      PausedWorkflow,
      StreamWorkflow,
      PairWorkflow,
      Reading,
      Writing,
      Rules,
      FirstRules,
    ];
    host = await openHost(store, providers, {
      principal: () => undefined,
      access: new RoleAccessPolicy({ tenantRoles: ['admin'], platformRoles: { operator: ['cache.clear'] } }),
      audit: { retention: '30d' },
      cache: { maxBytes: 100_000 },
      models: {
        providers: [new ScriptedModel('alpha')],
        default: 'alpha/small',
        aliases: { steady: { models: ['alpha/small'], cache }, plain: 'alpha/small' },
      },
    });
    service = host.t.module.get(CacheService, { strict: false });
    budgets = host.t.module.get(BudgetService, { strict: false });
    current = host.t.module.get(CurrentPrincipal, { strict: false });
  });
  afterAll(() => host.close());
  beforeEach(() => {
    isBlocked = false;
    number += 1;
    text = `question ${store} ${number}`;
    host.t.models.reset();
    let answers = 0;
    host.t.models.on(/question/).reply(() => `answer ${(answers += 1)}`);
  });
  const calls = () => host.t.models.calls.length;
  const run = async (question: Partial<Question>, principal = ann) => {
    const done = await host.t.run(AskWorkflow, { text, ...question }, { principal });
    if (done.status !== 'completed') throw new Error(JSON.stringify(done));
    // What the step gives.
    const output = done.output as { readonly texts: string[]; readonly cost: number; readonly saved: number };
    return { ...done, output };
  };

  it('cost nothing, and are on record with what they saved and where they come from', async () => {
    const first = await run({ cache });
    const second = await run({ cache });
    expect(calls()).toBe(1);
    expect(first.output).toMatchObject({ texts: ['answer 1'], saved: 0 });
    expect(first.output.cost).toBeGreaterThan(0);
    expect(second.output).toEqual({ texts: ['answer 1'], cost: 0, saved: first.output.cost });
    expect(second.usage).toMatchObject({ calls: 0, usd: 0 });
    const [made] = await recordsOf(host.t, first.runId, 'call.completed');
    const [given] = await recordsOf(host.t, second.runId, 'call.completed');
    expect(made?.payload).not.toHaveProperty('reused');
    expect(given?.payload).toMatchObject({
      reused: { runId: first.runId, call: made?.call, saved: { calls: 1, usd: first.output.cost } },
      result: { text: 'answer 1', cached: { runId: first.runId, usd: first.output.cost } },
    });
    expect(given?.payload).not.toHaveProperty('usage');
  });

  it('are one call where a run asks 200 times at once', async () => {
    const { output, usage, runId } = await run({ cache, times: 200 });
    expect(calls()).toBe(1);
    expect(output.texts).toEqual(['answer 1']);
    expect(output.saved).toBeCloseTo(199 * output.cost, 9);
    expect(usage).toMatchObject({ calls: 1 });
    expect(await recordsOf(host.t, runId, 'call.completed')).toHaveLength(200);
  });

  it('are none where nobody has asked for it', async () => {
    const { output } = await run({ times: 5 });
    expect(calls()).toBe(5);
    expect(output.texts).toHaveLength(5);
  });

  it('need a budget only where they are made', async () => {
    await run({ cache });
    const done = await host.t.run(FrugalWorkflow, text, { principal: ann });
    expect(done).toMatchObject({ output: ['answer 2', 'answer 1'] });
  });

  it('of an alias are for requests at temperature 0, unless the call says otherwise', async () => {
    await run({ model: 'steady', temperature: 0 });
    await run({ model: 'steady', temperature: 0 });
    expect(calls()).toBe(1);
    await run({ model: 'steady' });
    await run({ model: 'steady' });
    await run({ model: 'plain', temperature: 0 });
    expect(calls()).toBe(4);
    await run({ model: 'plain', temperature: 1, cache });
    await run({ model: 'plain', temperature: 1, cache });
    expect(calls()).toBe(5);
  });

  it('are not given where tools are offered that change something', async () => {
    await run({ cache, tools: 'writing' });
    await run({ cache, tools: 'writing' });
    expect(calls()).toBe(2);
    await run({ cache, tools: 'reading' });
    await run({ cache, tools: 'reading' });
    expect(calls()).toBe(3);
  });

  it('pass guardrails like fresh ones', async () => {
    host.t.models.on(/question/).reply('guarded');
    await run({ cache });
    isBlocked = true;
    const blocked = await host.t.run(AskWorkflow, { text, cache }, { principal: ann });
    expect(JSON.stringify(blocked)).toContain('today it is blocked');
    expect(calls()).toBe(1);
    // What was blocked is not kept.
    text = `${text} again`;
    await host.t.run(AskWorkflow, { text, cache }, { principal: ann });
    isBlocked = false;
    await run({ cache });
    expect(calls()).toBe(3);
  });

  it('are never given to others than their scope allows', async () => {
    const scopes: readonly CacheScope[] = ['user', 'tenant', 'global'];
    const who = fc.constantFrom(
      ...['ann', 'bob'].flatMap((id) => ['acme', 'globex', undefined].map((tenant) => person(id, tenant))),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(who, fc.constantFrom(...scopes)), { minLength: 2, maxLength: 5 }),
        async (asking) => {
          number += 1;
          text = `question ${store} ${number}`;
          const asked = new Set<string>();
          for (const [principal, scope] of asking) {
            const before = calls();
            const { output } = await run({ cache: { ttl: '1h', scope } }, principal);
            const whose = { user: [principal.tenant, principal.id], tenant: [principal.tenant], global: [] }[
              scope
            ];
            const place = JSON.stringify([scope, ...whose.map((each) => each ?? null)]);
            expect([place, calls() - before]).toEqual([place, asked.has(place) ? 0 : 1]);
            expect(output.saved > 0).toBe(asked.has(place));
            asked.add(place);
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it('fail together where the one that was made fails, and are not made one after the other', async () => {
    host.t.models.on(/question/).fail({ status: 400, message: 'no such thing' });
    const failed = await host.t.run(AskWorkflow, { text, cache, times: 20 }, { principal: ann });
    expect(failed).toMatchObject({ status: 'failed' });
    expect(calls()).toBe(1);
  });

  it('do not fail with what is of another step only', async () => {
    host.t.models.on(/question/).reply('odd');
    const done = await host.t.run(PairWorkflow, text, { principal: ann });
    expect(done).toMatchObject({ status: 'completed', output: { second: 'odd' } });
    expect(done.status === 'completed' && done.output).not.toHaveProperty('first');
    expect(calls()).toBe(2);
  });

  it('are not waited for longer than the step has time', async () => {
    host.t.models
      .on(/question/)
      .hangOnce()
      .reply('late');
    const { id } = await host.t.start(PairWorkflow, text, { principal: ann });
    const seen = async (what: () => Promise<boolean> | boolean) => {
      while (!(await what())) await new Promise((resolve) => setImmediate(resolve));
    };
    await seen(() => calls() > 0);
    await host.t.clock.advance('11s');
    await seen(async () => (await host.t.history(id)).some((each) => each.startsWith('step.failed second')));
    expect(calls()).toBe(1);
    await host.t.clock.advance('3m');
    expect(await host.t.result(id)).toMatchObject({ status: 'completed', output: {} });
  });

  it('do not wait for one that waits for a budget', async () => {
    const { status, runId } = await host.t.run(PausedWorkflow, text, { principal: ann });
    expect([status, calls()]).toEqual(['paused', 1]);
    await current.asSystem({ name: 'test', reason: 'more' }, () => budgets.raise({ runId }, { calls: 5 }));
    const done = await host.t.result(runId);
    expect(done).toMatchObject({ output: ['answer 2', 'answer 2', 'answer 2'] });
    expect(calls()).toBe(2);
  });

  it('are heard as a whole where they are streamed', async () => {
    await run({ cache });
    const done = await host.t.run(StreamWorkflow, text, { principal: ann });
    expect([done, calls()]).toMatchObject([{ output: 'answer 1' }, 1]);
  });

  it('are gone when their time is over, when somebody clears them, and with the run that they come from', async () => {
    await run({ cache });
    await host.t.clock.advance('61m');
    await run({ cache });
    expect(calls()).toBe(2);

    const admin = person('adam', 'acme', 'admin');
    expect(await current.run(person('adam', 'globex', 'admin'), () => service.clear())).toBe(0);
    const { entries } = await current.run(admin, () => service.stats());
    expect(entries).toBeGreaterThan(0);
    expect(await current.run(admin, () => service.clear({ user: 'ann' }))).toBe(0);
    expect(await current.run(admin, () => service.clear())).toBe(entries);
    await expect(current.run(ann, () => service.clear())).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await expect(current.run(admin, () => service.clear({ tenant: 'globex' }))).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
    });
    await run({ cache });
    expect(calls()).toBe(3);

    const kept = { ttl: '365d', scope: 'user' } as const;
    await run({ cache: kept });
    expect(calls()).toBe(4);
    await host.t.clock.advance('31d');
    await run({ cache: kept });
    expect(calls()).toBe(5);
    const operator = person('ops', undefined, 'operator');
    expect(await current.run(operator, () => service.clear({ user: 'ann', tenant: 'acme' }))).toBe(1);
    const odd = [{ user: 'ann\0' }, { runId: 'x' }, { kind: 'tool' }, { nam: 'x' }] as object[];
    for (const filter of odd)
      await expect(current.run(operator, () => service.clear(filter))).rejects.toMatchObject({
        code: 'INPUT_VALIDATION',
      });
  });

  it('have no more bytes than they may: the oldest go', async () => {
    const operator = person('ops', undefined, 'operator');
    await current.run(operator, () => service.clear());
    host.t.models.on(/question/).reply('x'.repeat(30_000));
    const first = text;
    for (let count = 0; count < 5; count += 1) {
      text = `${first} ${count}`;
      await run({ cache });
    }
    await host.t.clock.advance('20m');
    const { entries, bytes } = await current.run(operator, () => service.stats());
    expect(entries).toBe(3);
    expect(bytes).toBeLessThanOrEqual(100_000);
    await run({ cache });
    expect(calls()).toBe(5);
    text = `${first} 0`;
    await run({ cache });
    expect(calls()).toBe(6);
  });

  it('are made where the cache can not be read or written', async () => {
    const kept = host.t.module.get<CallCache>(CallCache as never, { strict: false });
    const { get, put } = kept;
    kept.get = kept.put = () => Promise.reject<undefined>(new Error('the cache is away')) as Promise<never>;
    try {
      await run({ cache });
      await run({ cache });
    } finally {
      Object.assign(kept, { get, put });
    }
    expect(calls()).toBe(2);
  });

  it.each([
    [{ ttl: 'soon' }, 'cache.ttl is'],
    [{}, 'cache.ttl is missing'],
    [{ ttl: '1h', scope: 'world' }, 'cache.scope is'],
    [{ ttl: '1h', key: 'x' }, 'cache.key is not an option'],
  ])('are refused with %j', async (settings, problem) => {
    const done = await host.t.run(AskWorkflow, { text, cache: settings as never }, { principal: ann });
    expect(JSON.stringify(done)).toContain(problem);
  });
});
