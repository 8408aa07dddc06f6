import { isStepCount, tool, ToolLoopAgent } from 'ai';
import { z } from 'zod';
import { versionOf } from '../engines/version.js';
import { type AgentContender, payload, promptOf, type Task } from './contender.js';
import { instantModel } from './instant-language-model.js';

/** `ToolLoopAgent`: what happened is in the memory of the process. */
class AiSdkAgent implements AgentContender {
  readonly name = `AI SDK ${versionOf('ai')}`;
  private readonly agent = new ToolLoopAgent({
    model: instantModel(),
    instructions: 'You look.',
    tools: {
      look: tool({ description: 'Looks', inputSchema: z.object({ id: z.string() }), execute: () => payload }),
    },
    stopWhen: isStepCount(1_000),
  });

  async open(): Promise<void> {
    // there is nothing to open
  }

  async run(task: Task): Promise<void> {
    await this.agent.generate({ prompt: promptOf(task) });
  }

  async close(): Promise<void> {
    // there is nothing to close
  }
}

export const create = (): AgentContender => new AiSdkAgent();
