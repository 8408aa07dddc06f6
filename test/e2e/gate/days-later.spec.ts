import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { HumanReview, Input, Step, Tool, Workflow } from 'nestjs-nestor';
import { openTestDatabase, type TestDatabase } from '../../database/test-database.js';
import { openHost } from '../host.js';
import { lead } from './people.js';

class Letter {
  readonly text!: string;
}

const effects: string[] = [];

@Injectable()
class Post {
  @Tool({ description: 'Writes down', effect: 'idempotent' })
  async note({ text }: Letter) {
    effects.push(`note ${text}`);
    return 'noted';
  }

  @Tool({ description: 'Sends', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'], timeout: '30d' })
  async send({ text }: Letter) {
    effects.push(`send ${text}`);
    return 'sent';
  }
}

@Workflow()
class PostWorkflow {
  constructor(private readonly post: Post) {}

  @Step()
  async write(@Input() text: string) {
    const noted = await this.post.note({ text });
    return `${noted} and ${await this.post.send({ text })}`;
  }
}

describe('a review, while the application is closed', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  it('is decided days later in another application on the same database, and the run continues where it was', async () => {
    const first = await openHost('database', [Post, PostWorkflow], {}, { database });
    const { runId, status } = await first.t.run(PostWorkflow, 'dear Ann');
    expect(status).toBe('waiting');
    await first.close();

    const second = await openHost('database', [Post, PostWorkflow], {}, { database });
    try {
      await second.t.clock.advance('9d');
      expect(await second.t.result(runId)).toMatchObject({
        status: 'waiting',
        waitingFor: [{ for: 'review' }],
      });
      expect(await second.t.approve(runId, { by: lead })).toMatchObject({
        status: 'completed',
        output: 'noted and sent',
      });
      expect(effects).toEqual(['note dear Ann', 'send dear Ann']);
      expect(await second.t.audit.verify(runId)).toMatchObject({ problems: [] });
    } finally {
      await second.close();
    }
  });
});
