import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  Agent,
  allow,
  ConversationService,
  Guardrail,
  type GuardrailSubject,
  HumanReview,
  type Message,
  type ModelAnswer,
  ModelCallError,
  reject,
  Tool,
} from 'nestjs-nestor';
import { OrchestrationHarness, OrchestrationTestingModule, ScriptedModel } from 'nestjs-nestor/testing';
import { lead } from '../gate/people.js';

class Query {
  readonly number!: string;
}

@Injectable()
class Desk {
  @Tool({ description: 'Looks', effect: 'none' })
  async look({ number }: Query) {
    return `page ${number}`;
  }

  @Tool({ description: 'Orders', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async order({ number }: Query) {
    return `ordered ${number}`;
  }
}

@Injectable()
class Rules {
  @Guardrail({ at: 'model.response' })
  polite({ value }: GuardrailSubject<ModelAnswer>) {
    return value.text.includes('rude') ? reject('be polite') : allow();
  }
}

@Agent({ name: 'helper', description: 'Helps', instructions: 'You help.', tools: () => [Desk] })
class HelpAgent {}

@Injectable()
class Services {
  constructor(readonly conversations: ConversationService) {
    services.now = this;
  }
}
const services: { now?: Services } = {};

const call = (name: string) => ({ toolCalls: [{ name, arguments: { number: '1' } }] });
const said = (messages: readonly Message[] = []) =>
  messages.map(({ role, content }) => `${role} ${String(content)}`);

describe('what was said to a model before its answer failed', () => {
  const [first, second] = [new ScriptedModel('first'), new ScriptedModel('second')];
  let t: OrchestrationHarness;
  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [
        OrchestrationTestingModule.forRoot({
          models: {
            providers: [first, second],
            aliases: { fast: ['first/small', 'second/large'] },
            default: 'fast',
            retry: { attempts: 1 },
          },
        }),
      ],
      providers: [Desk, Rules, HelpAgent, Services],
    }).compile();
    t = await OrchestrationHarness.from(module, { models: 'configured' });
  });
  afterAll(() => t.close());
  beforeEach(() => {
    first.reset();
    second.reset();
  });

  const run = async () => {
    const { conversations } = services.now as Services;
    const { id } = await conversations.open();
    const handle = await t.start(HelpAgent, 'one', { conversation: id });
    expect(await handle.idle()).toMatchObject({ status: 'waiting' });
    expect(await t.approve(handle.id, { by: lead })).toMatchObject({ output: 'Done.' });
    const { items } = await conversations.messages(id);
    return said(items.map(({ message }) => message));
  };

  it('is said to the next model that goes on after a wait, and stays in the conversation', async () => {
    first
      .on('helper')
      .replyOnce(call('look'))
      .failOnce(new ModelCallError('busy', { status: 503, transient: true }));
    second.on('helper').replyOnce(call('order')).replyOnce('Done.');
    const kept = ['user one', 'assistant ', 'tool page 1', 'assistant ', 'tool ordered 1', 'assistant Done.'];
    expect(await run()).toEqual(kept);
    expect(said(second.calls.at(-1)?.messages).slice(1)).toEqual(kept.slice(0, -1));
  });

  it('is said again after a wait where a guardrail has sent the answer back, and stays in the conversation', async () => {
    first.on('helper').replyOnce(call('look')).replyOnce('rude').replyOnce(call('order')).replyOnce('Done.');
    const kept = ['user one', 'assistant ', 'tool page 1', 'assistant ', 'tool ordered 1', 'assistant Done.'];
    expect(await run()).toEqual(kept);
    const sent = said(first.calls.at(-1)?.messages).slice(1);
    expect(sent.filter((text) => !text.includes('not accepted'))).toEqual(kept.slice(0, -1));
    expect(sent[3]).toContain('be polite');
  });
});
