import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, type Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Agent, HumanReview, type ModelProvider, Tool } from 'nestjs-nestor';
import { OrchestrationHarness, OrchestrationTestingModule } from 'nestjs-nestor/testing';
import { lead } from '../e2e/gate/people.js';
import { json, LocalServer, messageItem, responseOf, spoken } from './local-server.fixture.js';
import { vendors } from './vendors.fixture.js';

const server = new LocalServer();
const done: string[] = [];
const clock = { hour: 8 };

class Query {
  readonly number!: string;
}

@Injectable()
class Invoices {
  @Tool({ description: 'Finds an invoice', effect: 'none' })
  async find({ number }: Query) {
    done.push(`find ${number}`);
    return { number, usd: 12 };
  }
}

@Injectable()
class Bank {
  @Tool({ description: 'Refunds', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async refund({ number }: Query) {
    done.push(`refund ${number}`);
    return `refunded ${number}`;
  }
}

@Agent({ name: 'desk', model: 'desk', instructions: () => `It is ${clock.hour}.`, tools: [Invoices, Bank] })
class OldDesk {}

/** After a deploy: another prompt, another model, one tool less. */
@Agent({ name: 'desk', model: 'new-desk', instructions: () => `At ${clock.hour}: be brief.`, tools: [Bank] })
class NewDesk {}

/** An answer that calls one tool, as each vendor writes it. */
function calling(vendor: string, name: string): object {
  const args = { number: '7' };
  switch (vendor) {
    case 'anthropic':
      return {
        ...spoken.anthropic.answer,
        content: [{ type: 'tool_use', id: `toolu_${name}`, name, input: args }],
        stop_reason: 'tool_use',
      };
    case 'responses':
      return responseOf([
        {
          type: 'function_call',
          id: `fc_${name}`,
          call_id: `c_${name}`,
          name,
          arguments: JSON.stringify(args),
        },
      ]);
    default: {
      const call = { id: `c_${name}`, type: 'function', function: { name, arguments: JSON.stringify(args) } };
      return {
        ...spoken.openai.answer,
        choices: [
          { index: 0, finish_reason: 'tool_calls', message: { role: 'assistant', tool_calls: [call] } },
        ],
      };
    }
  }
}

function answered(vendor: string): object {
  return vendor === 'responses' ? responseOf([messageItem('Hi!')]) : spoken[vendor as 'openai'].answer;
}

describe.each(vendors)('turns of an agent at $vendor', ({ vendor, model, provider }) => {
  let t: OrchestrationHarness;
  beforeAll(() => server.start());
  afterAll(() => server.stop());
  beforeEach(() => {
    server.reset();
    done.length = 0;
    clock.hour = 8;
    const answers = [calling(vendor, 'find'), calling(vendor, 'refund'), answered(vendor)];
    server.handler = (response, request) => json(answers.shift() ?? {})(response, request);
  });
  afterEach(() => t.close());

  async function compiled(providers: Provider[]) {
    const given: readonly ModelProvider[] = [provider(server.url)];
    const other = `${model.slice(0, model.indexOf('/'))}/other-model`;
    const models = { providers: given, aliases: { desk: model, 'new-desk': other } };
    return Test.createTestingModule({
      imports: [OrchestrationTestingModule.forRoot({ models })],
      providers,
    }).compile();
  }

  it('are asked and paid once each, after a crash, a review, and a deploy with an edited prompt, another model and one tool less', async () => {
    t = await OrchestrationHarness.from(await compiled([Invoices, Bank, OldDesk]), { models: 'configured' });
    const crashed = t.crashAt('append.after', { turn: 1 });
    const handle = await t.start(OldDesk, 'Refund 7.');
    await crashed;
    clock.hour = 9;
    await t.recover();
    expect(await handle.idle()).toMatchObject({ status: 'waiting' });
    expect(server.bodies).toHaveLength(2);
    clock.hour = 10;
    t = await t.redeploy(await compiled([Bank, NewDesk]));
    const result = await t.approve(handle.id, { by: lead });
    expect(result).toMatchObject({ status: 'completed', output: 'Hi!', usage: { calls: 3 } });
    expect(server.bodies).toHaveLength(3);
    expect(done).toEqual(['find 7', 'refund 7']);
    expect(server.bodies.map((body) => (body as { model: string }).model)).toEqual([
      model.slice(model.indexOf('/') + 1),
      model.slice(model.indexOf('/') + 1),
      'other-model',
    ]);
    const last = JSON.stringify(server.bodies[2]);
    expect(last).toContain('At 10: be brief.');
    expect(last).toContain('refunded 7');
    expect(await t.audit.verify(handle.id)).toMatchObject({ problems: [] });
  });
});
