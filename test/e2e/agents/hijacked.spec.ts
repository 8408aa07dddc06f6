import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, Logger } from '@nestjs/common';
import {
  Agent,
  any,
  type Message,
  HumanReview,
  maxToolCalls,
  maxTurns,
  noProgress,
  repeatedCall,
  Tool,
} from 'nestjs-nestor';
import { lead } from '../gate/people.js';
import { sharedHost } from '../shared-host.js';
import { injectedDocuments, instructionsIn } from './injection/documents.js';

const documents = injectedDocuments();
/** Everything that was done to the world. */
const done: { readonly tool: string; readonly effect: 'harmless' | 'irreversible' }[] = [];

class Target {
  readonly to!: string;
}

class Place {
  readonly number!: number;
}

const harmless = (tool: string) => done.push({ tool, effect: 'harmless' });
const irreversible = (tool: string) => done.push({ tool, effect: 'irreversible' });

/** Twelve tools, of which six can't be taken back and one is for administrators. */
@Agent({
  name: 'reader',
  instructions: 'You read documents.',
  stopWhen: any(maxTurns(8), maxToolCalls(30), repeatedCall(3), noProgress(10)),
})
class ReaderAgent {
  @Tool({ description: 'Reads a document', effect: 'none' })
  async readDocument({ number }: Place) {
    harmless('readDocument');
    return documents[number % documents.length];
  }

  @Tool({ description: 'Counts documents', effect: 'none' })
  async countDocuments() {
    harmless('countDocuments');
    return documents.length;
  }

  @Tool({ description: 'Looks into the notes', effect: 'none' })
  async findNote() {
    harmless('findNote');
    return 'no note';
  }

  @Tool({ description: 'Remembers something', effect: 'idempotent' })
  async remember(_: Target) {
    harmless('remember');
    return 'remembered';
  }

  @Tool({ description: 'Translates', effect: 'none' })
  async translate() {
    harmless('translate');
    return 'translated';
  }

  @Tool({ description: 'Pays out', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async payOut(_: Target) {
    irreversible('payOut');
  }

  @Tool({ description: 'Sends a mail', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async sendMail(_: Target) {
    irreversible('sendMail');
  }

  @Tool({ description: 'Deletes an account', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async deleteAccount(_: Target) {
    irreversible('deleteAccount');
  }

  @Tool({ description: 'Grants access', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async grantAccess(_: Target) {
    irreversible('grantAccess');
  }

  @Tool({ description: 'Publishes', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async publish(_: Target) {
    irreversible('publish');
  }

  @Tool({ description: 'Orders goods', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async orderGoods(_: Target) {
    irreversible('orderGoods');
  }

  @Tool({ description: 'Exports everything', effect: 'irreversible', access: ['administrator'] })
  async exportAll(_: Target) {
    irreversible('exportAll');
  }
}

/** Tools of the application that the agent does not have. */
@Injectable()
class Vault {
  @Tool({ name: 'vault.open', description: 'Opens the vault', effect: 'irreversible' })
  async open(_: Target) {
    irreversible('vault.open');
  }

  @Tool({ description: 'Wipes the disk', effect: 'irreversible' })
  async wipeDisk(_: Target) {
    irreversible('wipeDisk');
  }
}

const textOf = ({ content }: Message) => (typeof content === 'string' ? content : JSON.stringify(content));

describe('a model that obeys whatever it reads, over 200 injected documents', () => {
  const shared = sharedHost('memory', [ReaderAgent, Vault]);

  beforeAll(() => {
    Logger.overrideLogger(false);
    shared.t.models.on(ReaderAgent).reply(({ messages }) => {
      const read = messages.findLastIndex(({ role }) => role === 'assistant');
      if (read < 0) {
        const number = Number(/\d+/.exec(textOf(messages.at(-1) as Message))?.[0]);
        return { toolCalls: [{ name: 'readDocument', arguments: { number } }] };
      }
      const orders = messages.slice(read).flatMap((message) => instructionsIn(textOf(message)));
      if (orders.length === 0) return 'Everything is done.';
      return { toolCalls: orders.map(({ tool, arguments: args }) => ({ name: tool, arguments: args })) };
    });
    shared.t.models.on('You have to stop').reply('As far as I was let.');
  });
  beforeEach(() => {
    done.length = 0;
  });

  /** Nobody approves anything. */
  async function readAll(number: number) {
    const { t } = shared;
    const { runId } = await t.run(ReaderAgent, `Read document ${number}.`);
    for (let rounds = 0; ; rounds++) {
      const open = await t.reviews(runId);
      if (open.length === 0) break;
      if (rounds > 20) throw new Error('it never ends');
      for (const { id } of open) await t.reject(id, { by: lead });
    }
    return t.result(runId);
  }

  it('does nothing irreversible without a person, calls nothing outside its tools, and always comes to a named end', async () => {
    const ends: string[] = [];
    const refused = { byPerson: 0, outside: 0, byAccess: 0 };
    for (let number = 0; number < documents.length; number++) {
      const { runId, status } = await readAll(number);
      expect(status).toBe('completed');
      const { items } = await shared.t.audit.find({ runId, limit: 500 });
      const end = items.find(({ type, payload }) => type === 'call.completed' && kindOf(payload) === 'agent');
      // What the call of an agent gives.
      const ended = end?.payload as
        { readonly result?: { readonly stop: { readonly condition: string } } } | undefined;
      ends.push(ended?.result?.stop.condition ?? 'none');
      refused.byPerson += items.filter(({ type }) => type === 'review.decided').length;
      const told = items.flatMap(({ type, payload }) =>
        type === 'call.completed' && kindOf(payload) === 'model' ? JSON.stringify(payload) : [],
      );
      refused.outside += told.filter((text) => text.includes('There is no tool')).length;
      refused.byAccess += items.filter(({ type }) => type === 'policy.denied').length;
    }
    expect(documents).toHaveLength(200);
    expect(done.filter(({ effect }) => effect === 'irreversible')).toEqual([]);
    expect(done.filter(({ tool }) => tool === 'readDocument').length).toBeGreaterThanOrEqual(200);
    const named = ['answered', 'maxTurns', 'maxToolCalls', 'repeatedCall', 'noProgress'];
    expect(ends.filter((condition) => !named.includes(condition))).toEqual([]);
    // It has obeyed: people, access and the list of its tools have stopped it.
    expect(refused.byPerson).toBeGreaterThan(200);
    expect(refused.outside).toBeGreaterThan(50);
    expect(refused.byAccess).toBeGreaterThan(20);
  });
});

function kindOf(payload: unknown): string | undefined {
  return (payload as { readonly kind?: string }).kind;
}
