import { Injectable } from '@nestjs/common';
import { IsNotEmpty, IsString } from 'class-validator';
import { retryPolicy } from '../../decorators/index.js';
import { workflowAccess } from '../../scope/index.js';
import { type RegisteredTool, ToolSource } from '../../tools/index.js';
import { agentCall } from '../agent-call-options.js';
import { AgentHosts } from '../agent-hosts.js';
import { AgentRegistry } from '../agent-registry.js';
import type { RegisteredAgent } from '../registered-agent.js';

/** What an agent without `static input` is called with. */
class AgentTask {
  @IsString()
  @IsNotEmpty()
  task!: string;
}

/** The agents, as tools of other agents. */
@Injectable()
export class AgentTools extends ToolSource {
  readonly origin = 'agents';
  private known: readonly RegisteredTool[] | undefined;

  constructor(
    private readonly agents: AgentRegistry,
    private readonly hosts: AgentHosts,
  ) {
    super();
  }

  tools(): readonly RegisteredTool[] {
    this.known ??= this.agents.list().map((agent) => this.toolOf(agent));
    return this.known;
  }

  private toolOf(agent: RegisteredAgent): RegisteredTool {
    const { name, type, options } = agent;
    const { input = AgentTask } = type;
    const call = agentCall(agent);
    return {
      origin: this.origin,
      provider: type,
      definition: {
        name,
        description: options.description ?? `The agent ${name}.`,
        input,
        effect: call.effect,
        onInDoubt: call.onInDoubt,
        repeatable: true,
        retry: retryPolicy(1),
        timeout: call.timeout ?? Infinity,
        access: workflowAccess(options.access)?.start,
        tags: [],
        where: type.name,
      },
      call: { ...call, input },
      invoke: (args, context) =>
        this.hosts.performer.runAsTool(agent, type.input ? args : (args as AgentTask).task, context),
    };
  }
}
