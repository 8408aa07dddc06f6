import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  allow,
  Guardrail,
  type GuardrailSubject,
  Input,
  type Message,
  messageText,
  ModelService,
  Step,
  Tool,
  transform,
  Workflow,
} from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { recordsOf } from './records.js';

class Page {
  readonly number!: number;
}

@Injectable()
class Book {
  @Tool({ description: 'Reads a page', effect: 'none' })
  async read({ number }: Page) {
    return `page ${number} ${'of many words '.repeat(50)}`;
  }
}

@Workflow()
class ReadWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async read(@Input() prompt: string) {
    return (await this.models.generate({ prompt, tools: [Book], maxTurns: 12 })).text;
  }
}

@Injectable()
class Counting {
  private count = 0;

  /** Makes every request another one, from its first message on. */
  @Guardrail({ at: 'model.request' })
  number({ value }: GuardrailSubject<{ messages: Message[] }>) {
    const [first, ...rest] = value.messages;
    const text = messageText(first?.content ?? '');
    if (!first || !text.startsWith('numbered')) return allow();
    const messages = [{ ...first, content: `${text} ${(this.count += 1)}` }, ...rest];
    return transform({ ...value, messages }, 'numbered');
  }
}

type Recorded = {
  readonly messages: readonly Message[];
  readonly continues?: string;
  readonly tools?: unknown;
};

describe.each(stores)('the records of a conversation (%s)', (store) => {
  let host: Host;
  beforeAll(async () => {
    host = await openHost(store, [Book, ReadWorkflow, Counting]);
  });
  afterAll(() => host.close());
  beforeEach(() => host.t.models.reset());

  async function conversation(prompt: string, pages: number) {
    const rule = host.t.models.on(prompt);
    for (let number = 1; number <= pages; number += 1)
      rule.replyOnce({ toolCalls: [{ name: 'read', arguments: { number } }] });
    rule.reply('Read.');
    const { runId } = await host.t.run(ReadWorkflow, prompt);
    const calls = await recordsOf(host.t, runId, 'call.completed');
    return calls
      .filter(({ payload }) => payload.kind === 'model')
      .map(({ payload }) => ({
        key: payload.key,
        hash: payload.argumentsHash,
        ...(payload.arguments as Recorded & object),
      }));
  }

  it('hold of each request what is new since the one before, and name it', async () => {
    const calls = await conversation('a story', 3);
    expect(calls.map(({ messages }) => messages.map(({ role }) => role))).toEqual([
      ['user'],
      ['assistant', 'tool'],
      ['assistant', 'tool'],
      ['assistant', 'tool'],
    ]);
    expect(calls.map(({ continues }) => continues)).toEqual([
      undefined,
      ...calls.slice(0, 3).map(({ key }) => key),
    ]);
    expect(calls.map((call) => 'tools' in call)).toEqual([true, false, false, false]);
    const told = calls.flatMap(({ messages }) => messages);
    expect(told).toEqual(host.t.models.calls.at(-1)?.messages);
  });

  it('grow with the conversation, not with its square', async () => {
    const size = (calls: readonly object[]) => JSON.stringify(calls).length;
    const [short, long] = [
      size(await conversation('a short story', 4)),
      size(await conversation('a long story', 8)),
    ];
    expect(long).toBeLessThan(short * 2.2);
  });

  it('hold the whole where a guardrail has rewritten what was said before', async () => {
    const calls = await conversation('numbered', 2);
    expect(calls.map(({ messages }) => messages.length)).toEqual([1, 3, 5]);
    expect(calls.map(({ continues }) => continues)).toEqual([undefined, undefined, undefined]);
  });

  it('are hashed over the whole request all the same', async () => {
    const calls = await conversation('another story', 2);
    expect(new Set(calls.map(({ hash }) => hash)).size).toBe(3);
  });
});
