import { randomUUID } from 'node:crypto';
import { Agent } from '@mastra/core/agent';
import { InMemoryStore } from '@mastra/core/storage';
import { createTool } from '@mastra/core/tools';
import { Memory } from '@mastra/memory';
import { PostgresStore } from '@mastra/pg';
import { z } from 'zod';
import { versionOf } from '../engines/version.js';
import { type AgentContender, payload, promptOf, type Task } from './contender.js';
import { instantModel } from './instant-language-model.js';

const look = createTool({
  id: 'look',
  description: 'Looks',
  inputSchema: z.object({ id: z.string() }),
  execute: async () => payload,
});

/** `Agent` with a `Memory`, which keeps the messages of a thread once an answer is complete. */
class MastraAgent implements AgentContender {
  readonly name = `Mastra ${versionOf('@mastra/core')}`;
  private readonly store: InMemoryStore | PostgresStore;
  private readonly agent;

  constructor(url: string | undefined) {
    this.store =
      url === undefined ? new InMemoryStore() : new PostgresStore({ id: 'bench', connectionString: url });
    const memory = new Memory({ storage: this.store, options: { lastMessages: 1 } });
    this.agent = new Agent({
      id: 'bench',
      name: 'bench',
      instructions: 'You look.',
      model: instantModel() as never,
      tools: { look },
      memory,
    });
  }

  async open(): Promise<void> {
    await this.store.init();
  }

  async run(task: Task): Promise<void> {
    const memory = { thread: randomUUID(), resource: 'bench' };
    await this.agent.generate(promptOf(task), { maxSteps: 1_000, memory });
  }

  async close(): Promise<void> {
    if (this.store instanceof PostgresStore) await this.store.close();
  }
}

export const create = (url: string | undefined): AgentContender => new MastraAgent(url);
