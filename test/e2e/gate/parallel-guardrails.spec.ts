import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  allow,
  block,
  escalate,
  Guardrail,
  type GuardrailSubject,
  Input,
  ModelService,
  type StreamDelta,
  Step,
  Tool,
  transform,
  type Verdict,
  Workflow,
} from 'nestjs-nestor';
import { OrchestrationHarness, OrchestrationTestingModule } from 'nestjs-nestor/testing';
import { stores } from '../host.js';
import { Meeting } from '../latch.js';
import { sharedHost } from '../shared-host.js';
import { lead } from './people.js';

const world = {
  verdict: (): Verdict | Promise<Verdict> => allow(),
  judged: [] as unknown[],
  deltas: [] as StreamDelta[],
  done: [] as string[],
};

@Injectable()
class Judge {
  @Guardrail({ at: 'model.request', parallel: true, timeout: '5s' })
  async judge({ value }: GuardrailSubject) {
    world.judged.push(value);
    return world.verdict();
  }
}

@Injectable()
class Tools {
  @Tool({ description: 'Pays', effect: 'irreversible' })
  async pay() {
    world.done.push('paid');
    return 'paid';
  }
}

@Workflow()
class AskWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 } })
  async ask(@Input() prompt: string) {
    return (await this.models.generate({ prompt, tools: [Tools] })).text;
  }
}

@Workflow()
class StreamWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 } })
  async ask(@Input() prompt: string) {
    const stream = this.models.stream({ prompt });
    for await (const delta of stream) world.deltas.push(delta);
    return (await stream.result).text;
  }
}

@Injectable()
class Misplaced {
  @Guardrail({ at: ['model.request', 'tool.call'], parallel: true })
  judge() {
    return allow();
  }
}

describe.each(stores)('a guardrail that looks at a request while it is answered (%s)', (store) => {
  const shared = sharedHost(store, [Judge, Tools, AskWorkflow, StreamWorkflow]);
  beforeEach(() => {
    world.verdict = allow;
    world.judged = [];
    world.deltas = [];
    world.done = [];
    shared.t.models.calls.length = 0;
  });
  const pay = { toolCalls: [{ name: 'pay', arguments: {} }] };

  it('runs beside the request: each would wait for the other for ever', async () => {
    const { t } = shared;
    const meeting = new Meeting(2);
    world.verdict = async () => {
      await meeting.arrive();
      return allow();
    };
    t.models.on(`beside ${store}`).reply(async () => {
      await meeting.arrive();
      return 'Yes.';
    });
    expect(await t.run(AskWorkflow, `beside ${store}`)).toMatchObject({
      status: 'completed',
      output: 'Yes.',
    });
    expect(world.judged).toMatchObject([{ messages: [{ content: `beside ${store}` }] }]);
  });

  it('that blocks fails the run before any tool has begun, and what was used is on record', async () => {
    const { t } = shared;
    world.verdict = () => block('not about that');
    t.models.on(`blocked ${store}`).replyOnce(pay).reply('Paid.');
    const result = await t.run(AskWorkflow, `blocked ${store}`);
    expect(result).toMatchObject({
      status: 'failed',
      error: {
        message: expect.stringContaining('was stopped at model.request by Judge.judge: not about that'),
      },
      usage: { calls: 1 },
    });
    expect(world.done).toEqual([]);
    const { items } = await t.audit.find({ runId: result.runId, type: 'guardrail.evaluated' });
    expect(items.map(({ payload }) => payload)).toMatchObject([{ verdict: 'block', done: 'blocked' }]);
  });

  it('lets nothing of a streamed answer out before its verdict', async () => {
    const { t } = shared;
    const meeting = new Meeting(2);
    world.verdict = async () => {
      await meeting.arrive();
      return block('no');
    };
    t.models.on(`streamed ${store}`).reply(async () => {
      void meeting.arrive();
      return 'A secret.';
    });
    expect(await t.run(StreamWorkflow, `streamed ${store}`)).toMatchObject({ status: 'failed' });
    expect(world.deltas).toEqual([]);
  });

  it('blocks where it would have changed what was sent already', async () => {
    const { t } = shared;
    world.verdict = () => transform({ model: 'default', messages: [], maxTokens: 1 }, 'other words');
    t.models.on(`changed ${store}`).reply('Yes.');
    expect(await t.run(AskWorkflow, `changed ${store}`)).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('would have changed what was sent already') },
    });
  });

  it('that wants a person to look puts the answer before one', async () => {
    const { t } = shared;
    world.verdict = () => escalate('odd');
    t.models.on(`odd ${store}`).reply('Yes.');
    const { runId, status } = await t.run(AskWorkflow, `odd ${store}`);
    expect(status).toBe('waiting');
    expect((await t.reviews(runId))[0]).toMatchObject({ kind: 'guardrail', proposed: { text: 'Yes.' } });
    expect(await t.approve(runId, { by: lead })).toMatchObject({ status: 'completed', output: 'Yes.' });
    expect(t.models.calls).toHaveLength(1);
  });

  it('does no harm where the request itself fails', async () => {
    const { t } = shared;
    world.verdict = () => Promise.reject(new Error('the judge is ill'));
    t.models.on(`fails ${store}`).fail(new TypeError('no network'));
    expect(await t.run(AskWorkflow, `fails ${store}`)).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('no network') },
    });
  });

  it('is refused at boot anywhere else', async () => {
    const module = await Test.createTestingModule({
      imports: [OrchestrationTestingModule.forRoot({})],
      providers: [Misplaced],
    }).compile();
    await expect(OrchestrationHarness.from(module)).rejects.toThrow(
      "Misplaced.judge: parallel is for 'model.request' alone",
    );
  });
});
