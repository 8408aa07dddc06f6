import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  Input,
  type Message,
  type MessagePart,
  ModelService,
  From,
  Step,
  Tool,
  toolContent,
  Workflow,
} from 'nestjs-nestor';
import { sha256 } from '../../lib/values/index.js';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

const photo = Buffer.alloc(40_000, 1);
const screenshot = Buffer.alloc(50_000, 2);
const image = (bytes: Buffer): MessagePart => ({
  type: 'image',
  mediaType: 'image/png',
  data: bytes.toString('base64'),
});
let taken = 0;

@Injectable()
class Camera {
  @Tool({ description: 'Takes a screenshot', effect: 'idempotent' })
  async take() {
    taken += 1;
    return toolContent([{ type: 'text', text: 'the screen' }, image(screenshot)]);
  }
}

@Workflow()
class LookWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step() async look(@Input() question: string) {
    const content = [{ type: 'text', text: question } as const, image(photo)];
    const { text } = await this.models.generate({ prompt: [{ role: 'user', content }], tools: [Camera] });
    return text;
  }

  @Step({ after: 'look' }) repeat(@From('look') said: string) {
    return said;
  }
}

const call = { toolCalls: [{ name: 'take', arguments: {} }] };
/** The images that a request showed the model, by their first byte and their number of bytes. */
const imagesOf = (messages: readonly Message[]) =>
  messages.flatMap(({ content }) =>
    typeof content === 'string'
      ? []
      : content.flatMap((part) => {
          if (part.type !== 'image') return [];
          const bytes = Buffer.from(part.data ?? '', 'base64');
          return [`${bytes[0]} x ${bytes.length}`];
        }),
  );

describe.each(stores)('pictures that models are shown (%s)', (store) => {
  const shared = sharedHost(store, [Camera, LookWorkflow]);
  beforeEach(() => {
    taken = 0;
    shared.t.models.calls.length = 0;
  });
  const script = (question: string) => shared.t.models.on(question).replyOnce(call).reply('a cat');

  it('reach the model as they are, from the prompt and from a tool, and are not in the records', async () => {
    const { t } = shared;
    script('what is it?');
    const run = await t.run(LookWorkflow, 'what is it?');
    expect(run).toMatchObject({ status: 'completed', output: 'a cat' });
    expect(t.models.calls.map(({ messages }) => imagesOf(messages))).toEqual([
      ['1 x 40000'],
      ['1 x 40000', '2 x 50000'],
    ]);
    const records = JSON.stringify((await t.audit.find({ runId: run.runId })).items);
    expect(records.length).toBeLessThan(15_000);
    expect(records).toContain(sha256(photo));
    expect(records).toContain(sha256(screenshot));
    const handle = t.orchestrator.handle(run.runId);
    expect(await handle.media(sha256(photo))).toHaveLength(40_000);
    expect(await handle.media(sha256(screenshot))).toHaveLength(50_000);
    expect(await handle.media('0'.repeat(64))).toBeUndefined();
    expect(await handle.media('../etc/passwd')).toBeUndefined();
    expect(await t.audit.verify(run.runId)).toMatchObject({ problems: [] });
  });

  it.each([1, 2, 3])('are there again after a crash before append %i', async (after) => {
    const { t } = shared;
    const question = `crash ${after}`;
    script(question);
    const crashed = t.crashAt('append.before', { after });
    const handle = await t.start(LookWorkflow, question);
    await Promise.race([crashed, handle.result()]);
    await t.recover();
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'a cat' });
    expect(imagesOf(t.models.calls.at(-1)?.messages ?? [])).toEqual(['1 x 40000', '2 x 50000']);
    // What was not on disk yet is made again.
    expect(taken).toBe(after === 1 ? 2 : 1);
  });

  it('go with a fork', async () => {
    const { t } = shared;
    script('forked');
    const { runId } = await t.run(LookWorkflow, 'forked');
    const fork = await t.orchestrator.handle(runId).fork({ from: 'repeat' });
    expect(await fork.result()).toMatchObject({ output: 'a cat' });
    expect(await fork.media(sha256(photo))).toHaveLength(40_000);
  });

  it('work outside any run', async () => {
    const { t } = shared;
    script('outside');
    const content = [{ type: 'text', text: 'outside' } as const, image(photo)];
    const models = t.module.get(ModelService, { strict: false });
    const result = await models.generate({ prompt: [{ role: 'user', content }], tools: [Camera] });
    expect(imagesOf(result.messages)).toEqual(['1 x 40000', '2 x 50000']);
    t.models.on('go on').reply('gladly');
    const prompt: Message[] = [...result.messages, { role: 'user', content: 'go on' }];
    expect(await models.generate({ prompt })).toMatchObject({ text: 'gladly' });
  });

  it('of another run are refused by name', async () => {
    const { t } = shared;
    script('theirs');
    await t.run(LookWorkflow, 'theirs');
    const models = t.module.get(ModelService, { strict: false });
    const part = { type: 'image', mediaType: 'image/png', blob: sha256(photo), bytes: 40_000 } as const;
    await expect(models.generate({ prompt: [{ role: 'user', content: [part] }] })).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
      message: expect.stringContaining('not kept with the run'),
    });
  });
});
