import { Injectable } from '@nestjs/common';
import { Clock, milliseconds } from '../clock/index.js';
import type { InputOf } from '../decorators/index.js';
import { NonRetryableError } from '../errors/index.js';
import { BlobStore } from '../journal/index.js';
import { Conversation, type Message, ModelCaller, ModelCatalog, TemplateRegistry } from '../models/index.js';
import { type CallRecords, currentScope } from '../scope/index.js';
import { ToolRegistry } from '../tools/index.js';
import { ignoreRejection, instanceOf, type JsonValue, noUsage, PayloadLimit } from '../values/index.js';
import { AgentCall } from './loop/agent-call.js';
import { AgentHosts } from './agent-hosts.js';
import type { AgentPorts } from './loop/agent-ports.js';
import { AgentRegistry } from './agent-registry.js';
import { type RegisteredAgent, toolsOf } from './registered-agent.js';
import type { AgentClass, AgentOutputOf } from './agent.options.js';
import type { AgentResult, RecordedAgentResult } from './agent-result.js';
import { recordedTurns, saidIn } from './loop/recorded-turns.js';

/** Runs agents. */
@Injectable()
export class AgentService {
  private readonly ports: AgentPorts;

  constructor(
    private readonly agents: AgentRegistry,
    private readonly tools: ToolRegistry,
    caller: ModelCaller,
    catalog: ModelCatalog,
    templates: TemplateRegistry,
    blobs: BlobStore,
    limit: PayloadLimit,
    clock: Clock,
    hosts: AgentHosts,
  ) {
    this.ports = { caller, catalog, templates, clock, blobs, limit };
    hosts.use((name, input) => this.performRun(name, input));
  }

  /**
   * Runs an agent as a call of the current step: its turns and its tools are calls below it, on record one by one. After a
   * crash, a wait or a failed attempt it goes on behind the last turn that is on record.
   * @throws {AgentStoppedError} at a limit, with `onStop: 'fail'`, or if its last answer failed
   * @throws {InputValidationError} if there is no such agent, or the input does not fit
   * @throws {NonRetryableError} outside a run: start it with `orchestrator.run(BillingAgent, input)`
   * @example
   * const { output } = await this.agents.run(BillingAgent, ticket);
   */
  run<C extends AgentClass>(agent: C, input: InputOf<C>): Promise<AgentResult<AgentOutputOf<C>>> {
    // What it answers was validated against `static output`, where there is one.
    return ignoreRejection(this.call(this.agents.get(agent), input)) as Promise<
      AgentResult<AgentOutputOf<C>>
    >;
  }

  /** What an agent gives that is a run of its own. */
  private async performRun(name: string, input: unknown): Promise<unknown> {
    return (await this.call(this.agents.get(name), input)).output;
  }

  private async call(agent: RegisteredAgent, input: unknown): Promise<AgentResult<unknown>> {
    const scope = currentScope();
    if (!scope)
      throw new NonRetryableError(
        `agents.run(${agent.type.name}) was called outside any run. Call it in a step, or start a run of it: orchestrator.run(${agent.type.name}, input).`,
      );
    const { name, type, options } = agent;
    let made: AgentCall | undefined;
    let records: CallRecords | undefined;
    const recorded = await scope.call<RecordedAgentResult>({
      kind: 'agent',
      name,
      agent: name,
      arguments: input,
      input: type.input,
      effect: 'idempotent',
      onInDoubt: 'retry',
      access: options.access,
      pausesClock: true,
      ...(options.timeout === undefined ? {} : { timeout: milliseconds(options.timeout) }),
      recalled: (below) => {
        records = below;
      },
      perform: async (given, context) => {
        const selected = toolsOf(options);
        const set = await this.tools.toolSet(selected, { name, type });
        const toolSet = set.exposed.length > 0 ? set : undefined;
        const value = type.input ? instanceOf(type.input, given as JsonValue | undefined) : given;
        const call = new AgentCall(
          this.ports,
          { agent, input: value, toolSet, principal: scope.principal },
          context,
        );
        made = call;
        records = context;
        return call.result();
      },
    });
    return wholeResult(recorded, records, () => made?.messages ?? saidBefore(records));
  }
}

/** The result with what its record leaves out. */
function wholeResult(
  recorded: RecordedAgentResult,
  records: CallRecords | undefined,
  messages: () => readonly Message[],
): AgentResult<unknown> {
  const usage = records?.usage() ?? noUsage;
  const result = { ...recorded, usage, cost: usage.usd };
  // Not enumerable, so that a step that gives the result back does not put the conversation on record once more.
  return Object.defineProperty(result, 'messages', { get: messages }) as AgentResult<unknown>;
}

/** The conversation of a call that is on record as a whole. */
function saidBefore(records: CallRecords | undefined): readonly Message[] {
  const last = recordedTurns(records?.recorded() ?? []).at(-1);
  if (!last) return [];
  const conversation = new Conversation(saidIn(last.request));
  conversation.answer(last.answer);
  return conversation.messages;
}
