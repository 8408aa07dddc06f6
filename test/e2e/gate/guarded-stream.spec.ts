import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  allow,
  block,
  Guardrail,
  type GuardrailSubject,
  Input,
  ModelService,
  Step,
  transform,
  type Verdict,
  Workflow,
} from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';

interface Answer {
  readonly text: string;
}

@Injectable()
class Discretion {
  @Guardrail({ at: 'model.response', name: 'discretion' })
  judge({ value }: GuardrailSubject): Verdict {
    const answer = value as Answer;
    if (answer.text.includes('forbidden')) return block('nobody may hear that');
    if (!answer.text.includes('secret')) return allow();
    return transform({ ...answer, text: answer.text.replaceAll('secret', '…') }, 'it was a secret');
  }
}

let heard: string[] = [];

@Workflow()
class StreamWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 } })
  async tell(@Input() prompt: string) {
    const stream = this.models.stream({ prompt });
    for await (const delta of stream) heard.push(delta.type === 'text' ? delta.text : '(restart)');
    return (await stream.result).text;
  }
}

describe.each(stores)('a stream (%s)', (store) => {
  let guarded: Host;
  let open: Host;
  beforeAll(async () => {
    guarded = await openHost(store, [StreamWorkflow, Discretion]);
    open = await openHost(store, [StreamWorkflow]);
  });
  afterAll(() => Promise.all([guarded.close(), open.close()]));
  beforeEach(() => {
    heard = [];
    guarded.t.models.reset();
    open.t.models.reset();
  });

  /** Runs it with that answer, and tells what listeners of the run have heard of it. */
  const answered = async ({ t }: Host, text: string) => {
    t.models.on(/./).reply(text);
    const handle = await t.start(StreamWorkflow, 'go');
    const told: unknown[] = [];
    const events = handle.events().forEach((event) => {
      if (event.type === 'model.delta' && 'text' in event) told.push(event['text']);
    });
    const result = await handle.result();
    await events;
    return { result, told };
  };

  it('that nobody guards is heard as it comes', async () => {
    const { result, told } = await answered(open, 'this is not a secret');
    expect(result).toMatchObject({ status: 'completed', output: 'this is not a secret' });
    expect(heard).toEqual(['this ', 'is ', 'not ', 'a ', 'secret']);
    expect(told).toEqual(heard);
  });

  it('that a guardrail changes is heard as it was left, and by nobody before', async () => {
    const { result, told } = await answered(guarded, 'this is a secret');
    expect(result).toMatchObject({ status: 'completed', output: 'this is a …' });
    expect(heard).toEqual(['this is a …']);
    expect(told).toEqual(heard);
  });

  it('that a guardrail blocks is not heard at all', async () => {
    const { result, told } = await answered(guarded, 'this is forbidden');
    expect(result).toMatchObject({ status: 'failed', error: { cause: { code: 'GUARDRAIL_BLOCKED' } } });
    expect([...heard, ...told]).toEqual([]);
  });

  it('that a guardrail lets pass is heard in one piece', async () => {
    const { result, told } = await answered(guarded, 'this is harmless');
    expect(result).toMatchObject({ status: 'completed', output: 'this is harmless' });
    expect(heard).toEqual(['this is harmless']);
    expect(told).toEqual(heard);
  });
});
