import { afterEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Agent, HumanReview, Tool } from 'nestjs-nestor';
import { openTestDatabase, type TestDatabase } from '../../database/test-database.js';
import { lead } from '../gate/people.js';
import { type Host, openHost } from '../host.js';
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

describe('an agent that was deployed again in the middle of a run', () => {
  let database: TestDatabase;
  let hosts: Host[] = [];
  afterEach(async () => {
    for (const host of hosts) await host.close();
    hosts = [];
    await database.close();
  });

  it('asks no finished turn again, repeats no tool, and performs the approved call once', async () => {
    database = await openTestDatabase();
    const before = await openHost('database', [Invoices, Bank, OldDesk], {}, { database });
    hosts.push(before);
    before.t.models.on('refund 7').replyOnce(call('find', '7')).replyOnce(call('refund', '7'));
    const { runId, status } = await before.t.run(OldDesk, 'refund 7');
    expect(status).toBe('waiting');
    await before.close();
    hosts = [];
    const after = await openHost('database', [Bank, NewDesk], {}, { database });
    hosts.push(after);
    after.t.models.on('refund 7').reply('Done.');
    expect(await after.t.approve(runId, { by: lead })).toMatchObject({
      status: 'completed',
      output: 'Done.',
    });
    expect(done).toEqual(['find 7', 'refund 7']);
    expect(after.t.models.calls).toHaveLength(1);
    expect(after.t.models.calls[0]).toMatchObject({
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
});
