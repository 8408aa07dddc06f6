import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Input, ModelService, Step, StepContext, StepCtx, Tool, ToolService, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

@Injectable()
class Tools {
  @Tool({ description: 'fails', effect: 'idempotent', retry: { attempts: 1 } })
  async fail(_: { readonly a: number }): Promise<string> {
    throw new Error('the tool failed');
  }
}

/** Calls that fail, and that nobody waits for. */
const left: Record<
  string,
  (tools: Tools, service: ToolService, models: ModelService, context: StepContext) => void
> = {
  'a tool': (tools) => void tools.fail({ a: 1 }),
  'a tool by name': (_, service) => void service.call('fail', { a: 1 }),
  'a tool that is not there': (_, service) => void service.call('nothing'),
  'something to remember': (_, __, ___, context) =>
    void context.once('x', () => {
      throw new Error('failed');
    }),
  'a model': (_, __, models) => void models.generate({ prompt: 'nobody answers this' }),
  vectors: (_, __, models) => void models.embed({ model: 'none/none', texts: ['none'] }),
  'a stream': (_, __, models) => void models.stream({ prompt: 'nobody answers this' }),
};

@Workflow()
class CarelessWorkflow {
  constructor(
    private readonly tools: Tools,
    private readonly service: ToolService,
    private readonly models: ModelService,
  ) {}
  @Step({ retry: { attempts: 1 } }) act(@Input() what: string, @StepCtx() context: StepContext) {
    left[what]!(this.tools, this.service, this.models, context);
    return 'left';
  }
}

describe.each(stores)('a call that fails and that nobody waits for (%s)', (store) => {
  const shared = sharedHost(store, [Tools, CarelessWorkflow]);
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  beforeAll(() => void process.on('unhandledRejection', note));
  afterAll(() => void process.off('unhandledRejection', note));

  it.each(Object.keys(left))('%s: ends neither the process nor the step', async (what) => {
    expect(await shared.t.run(CarelessWorkflow, what)).toMatchObject({ status: 'completed', output: 'left' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  });
});
