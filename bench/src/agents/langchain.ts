import { randomUUID } from 'node:crypto';
import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';
import { Command, MemorySaver } from '@langchain/langgraph';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import { createAgent, humanInTheLoopMiddleware, tool } from 'langchain';
import { z } from 'zod';
import { versionOf } from '../engines/version.js';
import { type AgentContender, nextCalls, payload, promptOf, type Task } from './contender.js';

class InstantModel extends BaseChatModel {
  _llmType(): string {
    return 'instant';
  }

  override bindTools(): this {
    return this;
  }

  _generate(
    messages: BaseMessage[],
    _options: unknown,
    _manager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    const prompt = String(messages.find((message) => message.getType() === 'human')?.content);
    const said = messages.filter((message) => message.getType() === 'ai').length;
    const tool_calls = nextCalls(prompt, said).map((name, index) => {
      return { id: `c${said}_${index}`, name, args: { id: `${said}.${index}` }, type: 'tool_call' as const };
    });
    const content = tool_calls.length > 0 ? '' : 'done';
    return Promise.resolve({
      generations: [{ text: content, message: new AIMessage({ content, tool_calls }) }],
    });
  }
}

const schema = z.object({ id: z.string() });
const look = tool(() => payload, { name: 'look', description: 'Looks', schema });
const pay = tool(() => payload, { name: 'pay', description: 'Pays', schema });

/** What of the agent is used; its own type follows each tool and each middleware. */
interface Invoked {
  invoke(input: object, config: object): Promise<unknown>;
}

/** `createAgent` on a checkpointer, with `durability: 'sync'`: each checkpoint is on disk before the next step starts. */
class LangChainAgent implements AgentContender {
  readonly name = `LangChain createAgent ${versionOf('langchain')}`;
  private readonly saver: PostgresSaver | MemorySaver;
  private readonly agent: Invoked;

  constructor(url: string | undefined) {
    this.saver = url === undefined ? new MemorySaver() : PostgresSaver.fromConnString(url);
    const agent: unknown = createAgent({
      model: new InstantModel({}),
      tools: [look, pay],
      systemPrompt: 'You look.',
      checkpointer: this.saver,
      // Its types do not fit `exactOptionalPropertyTypes`.
      middleware: [humanInTheLoopMiddleware({ interruptOn: { pay: true } } as never) as never],
    });
    // What it is, whatever its tools are.
    this.agent = agent as Invoked;
  }

  async open(): Promise<void> {
    if (this.saver instanceof PostgresSaver) await this.saver.setup();
  }

  async run(task: Task): Promise<void> {
    await this.agent.invoke(
      { messages: [{ role: 'user', content: promptOf(task) }] },
      this.config(randomUUID()),
    );
  }

  async park(turns: number): Promise<string> {
    const id = randomUUID();
    const content = promptOf({ turns, calls: 1, asks: true });
    await this.agent.invoke({ messages: [{ role: 'user', content }] }, this.config(id));
    return id;
  }

  async resume(id: string): Promise<void> {
    const resume = { decisions: [{ type: 'approve' }] };
    await this.agent.invoke(new Command({ resume }), this.config(id));
  }

  async close(): Promise<void> {
    if (this.saver instanceof PostgresSaver) await this.saver.end();
  }

  private config(thread_id: string) {
    return { configurable: { thread_id }, recursionLimit: 10_000, durability: 'sync' as const };
  }
}

export const create = (url: string | undefined): AgentContender => new LangChainAgent(url);
