import { Injectable, type OnModuleInit } from '@nestjs/common';
import { MetadataAccessor } from '../decorators/index.js';
import { refuseProblems, WorkflowRegistry } from '../discovery/index.js';
import { errorMessage, InputValidationError, logSafely } from '../errors/index.js';
import { ModelCatalog, TemplateRegistry } from '../models/index.js';
import { suggestion } from '../text/index.js';
import { agentProblems } from './agent-checks.js';
import { circleProblems, offerableOf, unreviewedTools } from './tools/agent-tool-checks.js';
import { handoffProblems } from './handoffs/handoff-checks.js';
import type { AgentClass, AgentOptions } from './agent.options.js';
import type { RegisteredAgent } from './registered-agent.js';

/** The classes with `@Agent()` among the providers of all modules. */
@Injectable()
export class AgentRegistry implements OnModuleInit {
  constructor(
    private readonly workflows: WorkflowRegistry,
    private readonly models: ModelCatalog,
    private readonly templates: TemplateRegistry,
  ) {}

  /** @throws {InvalidWorkflowDefinitionError} that lists every problem of every agent */
  onModuleInit(): void {
    const agents = this.list();
    const offerable = offerableOf(this.workflows.tools(), agents);
    refuseProblems([
      ...agents.flatMap((agent) => agentProblems(agent, offerable)),
      ...agents.flatMap((agent) => this.instructionProblems(agent)),
      ...agents.flatMap((agent) => handoffProblems(agent, agents)),
      ...circleProblems(agents, offerable),
      ...(this.models.hasProviders ? [] : agents.map(({ type }) => unanswered(type.name))),
    ]);
    for (const warning of agents.flatMap((agent) => unreviewedTools(agent, offerable)))
      logSafely('warn', warning);
  }

  private instructionProblems({ type, options: { instructions } }: RegisteredAgent): readonly string[] {
    if (typeof instructions !== 'object' || typeof instructions?.template !== 'string') return [];
    try {
      const { messages, where } = this.templates.get(instructions.template, instructions.version);
      return messages.length === 0
        ? []
        : [
            `${type.name}: the template ${where} has messages, and instructions are one text: put them into 'prompt'.`,
          ];
    } catch (error) {
      return [`${type.name}: ${errorMessage(error)}`];
    }
  }

  /** @throws {InputValidationError} with the nearest name */
  get(agent: AgentClass | string): RegisteredAgent {
    const all = this.list();
    const found = all.find(({ name, type }) => (typeof agent === 'string' ? name === agent : type === agent));
    if (found) return found;
    const asked = typeof agent === 'string' ? agent : agent.name;
    const names = all.map(({ name, type }) => (typeof agent === 'string' ? name : type.name));
    throw new InputValidationError(
      `There is no agent '${asked}'.${suggestion(asked, names)} An agent is a class with @Agent() in the providers of a module that the application imports.`,
      { details: { agent: asked } },
    );
  }

  find(name: string): RegisteredAgent | undefined {
    return this.list().find((agent) => agent.name === name);
  }

  /** In the order in which Nest knows them. */
  list(): readonly RegisteredAgent[] {
    return this.workflows.list().flatMap(({ name }): RegisteredAgent[] => {
      const type = this.workflows.classOf(name);
      const options = MetadataAccessor.ofClass(type, 'nestjs-nestor:agent');
      // What `@Agent` has put there.
      return options ? [{ name, type, options: options as AgentOptions }] : [];
    });
  }
}

function unanswered(name: string): string {
  return `${name} is an agent, and there is no provider of models that could answer it. Give the module one: OrchestrationModule.forRoot({ models: { providers: [openai({ apiKey })], default: 'openai/gpt-5-mini' } }).`;
}
