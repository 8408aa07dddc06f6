import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, type Provider } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Agent, HumanReview, OrchestrationModule, Tool } from 'nestjs-nestor';
import { OrchestrationHarness, OrchestrationTestingModule } from 'nestjs-nestor/testing';
import { openTestDatabase, type TestDatabase } from '../../database/test-database.js';
import { lead } from '../gate/people.js';
import { stores } from '../host.js';
import { call } from './agents.fixture.js';

const done: string[] = [];
class Query {
  readonly number!: string;
}

@Injectable()
class Invoices {
  @Tool({ description: 'Finds an invoice', effect: 'none' })
  async find({ number }: Query) {
    done.push(`find ${number}`);
    return `invoice ${number}`;
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

@Agent({ name: 'desk', instructions: 'You are kind.', tools: [Invoices, Bank] })
class OldDesk {}

/** The same agent after a deploy: another prompt, another model, one tool less. */
@Agent({ name: 'desk', instructions: 'You are brief.', model: 'other/model', tools: [Bank] })
class NewDesk {}

async function compiled(database: TestDatabase | undefined, providers: Provider[]): Promise<TestingModule> {
  const imports = database
    ? [TypeOrmModule.forRoot({ ...database.options, migrations: [] }), OrchestrationModule.forRoot()]
    : [OrchestrationTestingModule.forRoot()];
  return Test.createTestingModule({ imports, providers }).compile();
}

describe.each(stores)('an agent that is deployed again in the middle of a run (%s)', (store) => {
  let database: TestDatabase | undefined;
  let t: OrchestrationHarness;
  beforeEach(async () => {
    done.length = 0;
    database = store === 'database' ? await openTestDatabase() : undefined;
    t = await OrchestrationHarness.from(await compiled(database, [Invoices, Bank, OldDesk]));
  });
  afterEach(async () => {
    await t.close();
    await database?.close();
  });

  it('asks no finished turn again, repeats no tool, and performs the approved call once', async () => {
    t.models.on('refund 7').replyOnce(call('find', '7')).replyOnce(call('refund', '7')).reply('Done.');
    const { runId, status } = await t.run(OldDesk, 'refund 7');
    expect(status).toBe('waiting');
    t = await t.redeploy(await compiled(database, [Bank, NewDesk]));
    expect(await t.approve(runId, { by: lead })).toMatchObject({ status: 'completed', output: 'Done.' });
    expect(done).toEqual(['find 7', 'refund 7']);
    expect(t.models.calls).toHaveLength(3);
    expect(t.models.calls[2]).toMatchObject({
      model: 'other/model',
      messages: [
        { role: 'system', content: 'You are brief.' },
        {},
        {},
        { role: 'tool' },
        {},
        { role: 'tool', content: 'refunded 7' },
      ],
    });
  });

  it('keeps the clock of the test, and what waits for it', async () => {
    t.models.on('refund 8').replyOnce(call('refund', '8')).reply('Rejected, then.');
    const { runId } = await t.run(OldDesk, 'refund 8');
    await t.clock.advance('2d');
    const before = t.clock.now();
    t = await t.redeploy(await compiled(database, [Bank, NewDesk]));
    expect(t.clock.now()).toBeGreaterThanOrEqual(before);
    expect(await t.reject(runId, { by: lead })).toMatchObject({ output: 'Rejected, then.' });
    expect(done).toEqual([]);
  });
});
