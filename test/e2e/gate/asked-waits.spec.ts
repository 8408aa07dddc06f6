import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  Input,
  ModelCallError,
  ModelService,
  type OrchestrationOptions,
  Step,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { OrchestrationHarness, OrchestrationTestingModule, ScriptedModel } from 'nestjs-nestor/testing';
import { recordsOf } from './records.js';

@Workflow()
class PlainWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 2, initialDelay: 1 } })
  async ask(@Input() prompt: string) {
    return (await this.models.generate({ prompt })).text;
  }
}

@Workflow()
class ShortStepWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 }, timeout: '30s' })
  async ask(@Input() prompt: string) {
    return (await this.models.generate({ prompt })).text;
  }
}

@Workflow()
class QuietStepWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 }, idleTimeout: '30s' })
  async ask(@Input() prompt: string) {
    return (await this.models.generate({ prompt })).text;
  }
}

@Workflow({ timeout: '30s' })
class ShortRunWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 } })
  async ask(@Input() prompt: string) {
    return (await this.models.generate({ prompt })).text;
  }
}

@Injectable()
class Desk {
  constructor(private readonly models: ModelService) {}

  @Tool({ description: 'Asks', effect: 'none', timeout: '30s', retry: { attempts: 1 } })
  async ask(prompt: string) {
    return (await this.models.generate({ prompt })).text;
  }
}

@Workflow()
class ToolWorkflow {
  constructor(private readonly desk: Desk) {}

  @Step({ retry: { attempts: 1 } })
  async ask(@Input() prompt: string) {
    return this.desk.ask(prompt);
  }
}

@Workflow()
class LongStepWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 }, timeout: '4h' })
  async ask(@Input() prompt: string) {
    return (await this.models.generate({ prompt })).text;
  }
}

const workflows = [
  PlainWorkflow,
  ShortStepWorkflow,
  QuietStepWorkflow,
  ShortRunWorkflow,
  ToolWorkflow,
  LongStepWorkflow,
];
const seconds = 1_000;
const minute = 60 * seconds;
const hour = 60 * minute;
const limited = (retryAfter: number, message = 'limit of the day') =>
  new ModelCallError(message, { status: 429, transient: true, retryAfter });

describe('a model that asks to wait', () => {
  const [first, second] = [new ScriptedModel('first'), new ScriptedModel('second')];
  let t: OrchestrationHarness;

  async function open(models: Partial<OrchestrationOptions['models']> = {}): Promise<void> {
    const options: OrchestrationOptions = {
      models: {
        providers: [first, second],
        aliases: { fast: ['first/small', 'second/large'] },
        default: 'fast',
        ...models,
      },
    };
    const module = await Test.createTestingModule({
      imports: [OrchestrationTestingModule.forRoot(options)],
      providers: [...workflows, Desk],
    }).compile();
    t = await OrchestrationHarness.from(module, { models: 'configured' });
  }
  /** What the run came to, and how long the clock of the test was moved for it, in whole minutes. */
  async function timed(workflow: (typeof workflows)[number]) {
    const begun = t.clock.now();
    const result = await t.run(workflow, 'hi');
    return { ...result, minutes: Math.round((t.clock.now() - begun) / minute) };
  }

  beforeEach(() => {
    first.reset();
    second.reset();
  });
  afterEach(() => t.close());

  it.each([
    ['two hours', 2 * hour, PlainWorkflow],
    ['a minute and a second', 61 * seconds, PlainWorkflow],
    ['two hours, and the step has four,', 2 * hour, LongStepWorkflow],
  ])('for %s is passed over for the next one, at once', async (_what, wait, workflow) => {
    await open();
    first.on('hi').fail(limited(wait));
    second.on('hi').reply('here');
    expect(await timed(workflow)).toMatchObject({ status: 'completed', output: 'here', minutes: 0 });
    expect(first.calls).toHaveLength(1);
  });

  it('for no longer than a minute is waited for', async () => {
    await open();
    first.on('hi').failOnce(limited(minute)).reply('again');
    expect(await timed(PlainWorkflow)).toMatchObject({ output: 'again', minutes: 1 });
    expect(second.calls).toEqual([]);
  });

  it('for longer is waited for where `models.maxRetryAfter` allows it', async () => {
    await open({ maxRetryAfter: '3h' });
    first
      .on('hi')
      .failOnce(limited(2 * hour))
      .reply('again');
    expect(await timed(LongStepWorkflow)).toMatchObject({ output: 'again', minutes: 120 });
  });

  it('at all is passed over where `models.maxRetryAfter` is 0', async () => {
    await open({ maxRetryAfter: 0 });
    first.on('hi').fail(limited(1));
    second.on('hi').reply('here');
    expect(await timed(PlainWorkflow)).toMatchObject({ output: 'here', minutes: 0 });
    expect(first.calls).toHaveLength(1);
  });

  it.each([
    ['step', ShortStepWorkflow],
    ['step between two signs of life', QuietStepWorkflow],
    ['run', ShortRunWorkflow],
    ['tool that asks it', ToolWorkflow],
  ])('for longer than the %s has time is passed over for the next one, at once', async (_what, workflow) => {
    await open();
    first.on('hi').fail(limited(50 * seconds));
    second.on('hi').reply('here');
    expect(await timed(workflow)).toMatchObject({ status: 'completed', output: 'here', minutes: 0 });
    expect(first.calls).toHaveLength(1);
  });

  it('is asked again by a host whose own `retryOn` wants it, and not by one that does not', async () => {
    const asked: unknown[] = [];
    await open({ retry: { initialDelay: 1, retryOn: (error) => asked.push(error) === 1 } });
    first.on('hi').fail(limited(5 * seconds, 'busy'));
    second.on('hi').reply('here');
    expect(await timed(PlainWorkflow)).toMatchObject({ output: 'here' });
    expect([first.calls.length, asked.length]).toEqual([2, 2]);
  });

  it('lets the step wait as long as the first of them wants, and the failure says so, where all want to wait', async () => {
    await open();
    first
      .on('hi')
      .failOnce(limited(3 * hour))
      .reply('again');
    second.on('hi').failOnce(limited(2 * hour));
    const begun = t.clock.now();
    const { runId, status } = await t.run(PlainWorkflow, 'hi');
    expect({ status, minutes: Math.round((t.clock.now() - begun) / minute) }).toEqual({
      status: 'waiting',
      minutes: 0,
    });
    const [failed] = await recordsOf(t, runId, 'step.failed');
    expect(failed?.payload.error).toMatchObject({
      message: expect.stringMatching(/first\/small: .*10800 s.*second\/large: .*7200 s.*in 7200 s/s),
      code: 'ALL_MODELS_FAILED',
      details: {
        transient: true,
        retryAfter: 2 * hour,
        failures: [{ retryAfter: 3 * hour }, { retryAfter: 2 * hour }],
      },
    });
    await t.clock.advance('119m');
    expect((await t.result(runId)).status).toBe('waiting');
    await t.clock.advance('2m');
    expect(await t.result(runId)).toMatchObject({ status: 'completed', output: 'again' });
  });

  it('is what the step waits for where the others will never answer', async () => {
    await open();
    first.on('hi').fail(limited(2 * hour));
    second.on('hi').fail(new ModelCallError('key refused', { status: 401, transient: false }));
    const { runId } = await t.run(PlainWorkflow, 'hi');
    const [failed] = await recordsOf(t, runId, 'step.failed');
    expect(failed?.payload.error.details).toMatchObject({ transient: true, retryAfter: 2 * hour });
  });

  it('is not what the step waits for where another may answer sooner', async () => {
    await open({ retry: { attempts: 1 } });
    first.on('hi').fail(limited(2 * hour));
    second
      .on('hi')
      .failOnce(new ModelCallError('busy', { status: 503, transient: true }))
      .reply('here');
    expect(await timed(PlainWorkflow)).toMatchObject({ output: 'here', minutes: 0 });
  });

  it.each([-1, Number.NaN, Infinity, 1e300])(
    'for %p milliseconds has not asked at all',
    async (retryAfter) => {
      await open({ retry: { attempts: 2, initialDelay: 1 } });
      first.on('hi').failOnce(limited(retryAfter)).reply('again');
      expect(await timed(PlainWorkflow)).toMatchObject({ output: 'again', minutes: 0 });
    },
  );
});
