import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import type { InputOf } from '../decorators/index.js';
import { errorMessage, InputValidationError, logSafely, NonRetryableError } from '../errors/index.js';
import { ConversationThreads } from '../conversations/index.js';
import { LiveEvents } from '../events/index.js';
import { BlobStore } from '../journal/index.js';
import { type GivenContext, ModelCaller, ModelCatalog, TemplateRegistry } from '../models/index.js';
import { type CallRecords, type ConversationUse, currentScope, type PerformContext } from '../scope/index.js';
import { ToolRegistry } from '../tools/index.js';
import { given, ignoreRejection, instanceOf, type JsonValue, PayloadLimit } from '../values/index.js';
import { agentThread } from './conversation/agent-thread.js';
import { saidTo } from './conversation/said-to.js';
import { AgentCall } from './loop/agent-call.js';
import { saidBefore } from './loop/records/said-before.js';
import { agentCall } from './agent-call-options.js';
import { AgentHosts } from './agent-hosts.js';
import type { AgentPorts } from './loop/agent-ports.js';
import { AgentRegistry } from './agent-registry.js';
import { AgentRuns } from './agent-runs.js';
import type { RegisteredAgent } from './registered-agent.js';
import { type CallOverrides, readOverrides } from './call-overrides.js';
import type { AgentClass, AgentOutputOf, AgentOverrides } from './agent.options.js';
import {
  type AgentResult,
  type RecordedAgentResult,
  type ResumedAgent,
  type StreamedAgent,
  wholeResult,
} from './agent-result.js';
import { surroundingAgents } from './loop/surroundings.js';

/** Runs agents. */
@Injectable()
export class AgentService {
  private readonly ports: AgentPorts;

  constructor(
    private readonly agents: AgentRegistry,
    live: LiveEvents,
    threads: ConversationThreads,
    tools: ToolRegistry,
    caller: ModelCaller,
    catalog: ModelCatalog,
    templates: TemplateRegistry,
    blobs: BlobStore,
    limit: PayloadLimit,
    clock: Clock,
    hosts: AgentHosts,
    private readonly runs: AgentRuns,
  ) {
    this.ports = { agents, live, threads, tools, caller, catalog, templates, clock, blobs, limit };
    hosts.use({
      runAlone: async (name, input) => {
        const conversation = currentScope()?.conversation;
        const agent = this.agents.get(name);
        return (await this.call({ agent, args: input, conversation, context: undefined })).output;
      },
      runAsTool: async (agent, input, context) => {
        const called = { agent, args: input, conversation: undefined, context: undefined };
        return (await this.begin(called, context)).result.output;
      },
    });
  }

  /**
   * Runs an agent as a call of the current step: its turns and its tools are calls below it, on record one by one. After a
   * crash, a wait or a failed attempt it goes on behind the last turn that is on record. Outside any run it is a run of its own,
   * of which this is the result.
   * @param overrides what is other in this call than its options say; each replaces the option as a whole
   * @throws {AgentStoppedError} at a limit, with `onStop: 'fail'`, or if its last answer failed
   * @throws {InputValidationError} if there is no such agent, or the input does not fit
   * @throws {RunWaitingError} outside a run, if it has to wait for somebody: `details.runId` is its id
   * @example
   * const { output } = await this.agents.run(BillingAgent, ticket);
   */
  run<C extends AgentClass>(
    agent: C,
    input: InputOf<C>,
    overrides: AgentOverrides<C> = {},
  ): Promise<AgentResult<AgentOutputOf<C>>> {
    // What it answers was validated against `static output`, where there is one.
    return ignoreRejection(this.overridden(agent, input, overrides as AgentOverrides)) as Promise<
      AgentResult<AgentOutputOf<C>>
    >;
  }

  /**
   * Starts a run of an agent, and tells of it while it goes on. It is on disk and goes on whether anybody reads or not; read on
   * from elsewhere by `orchestrator.handle(id).agentEvents({ after })`.
   * @throws {InputValidationError} if there is no such agent, or the input does not fit; in a step, where listeners of the run
   * are told of its agents by `handle.agentEvents()`
   * @throws {ConversationNotFoundError} {ConversationBusyError} if another run answers in the conversation
   * @example
   * const { events, result } = await this.agents.stream(SupportAgent, question, { conversation });
   */
  async stream<C extends AgentClass>(
    agent: C,
    input: InputOf<C>,
    options: Pick<AgentOverrides<C>, 'conversation'> = {},
  ): Promise<StreamedAgent<AgentOutputOf<C>>> {
    const { name } = this.agents.get(agent);
    if (currentScope())
      throw new InputValidationError(
        `agents.stream(${name}) starts a run of its own, and this is one: write agents.run(…). Listeners of this run are told of it by handle.agentEvents().`,
      );
    const { conversation } = readOverrides(options as AgentOverrides, `agents.stream(${agent.name}): `);
    // Who asks is told at once. Another run may still be faster: then this one fails with the same error.
    if (conversation) await this.ports.threads.free(conversation.id);
    const { handle, ended } = await this.runs.start(name, input, { conversation });
    const result = ended.then(({ result: recorded, records }) =>
      wholeResult(recorded, records, () => saidBefore(records)),
    );
    return {
      handle,
      events: handle.agentEvents(),
      // What it answers was validated against `static output`, where there is one.
      result: ignoreRejection(result) as Promise<AgentResult<AgentOutputOf<C>>>,
    };
  }

  /**
   * The run that answers in a conversation just now, or waits in the middle of it: for a reader who comes back, to say more
   * (`handle.sendMessage`), or to stop it (`handle.cancel`).
   * @returns undefined if none does
   * @throws {ConversationNotFoundError}
   * @example
   * const active = await this.agents.resume(conversation);
   */
  async resume(conversation: string): Promise<ResumedAgent | undefined> {
    const runId = await this.ports.threads.activeRun(conversation);
    if (runId === undefined) return undefined;
    const handle = this.runs.handle(runId);
    const said = saidTo(this.agents, runId, await this.runs.started(runId));
    return { handle, events: handle.agentEvents(), said };
  }

  private async overridden(
    agent: AgentClass,
    input: unknown,
    overrides: AgentOverrides,
  ): Promise<AgentResult<unknown>> {
    const registered = this.agents.get(agent);
    const changed = readOverrides(overrides, `agents.run(${agent.name}): `);
    if (!currentScope()) return this.alone(registered, input, changed);
    const { options, conversation, context } = changed;
    const called = { ...registered, options: { ...registered.options, ...options } };
    return this.call({ agent: called, args: input, conversation, context });
  }

  /** A run of its own, which is on disk and outlives this process. */
  private async alone(
    { name }: RegisteredAgent,
    input: unknown,
    { options, conversation, context }: CallOverrides,
  ): Promise<AgentResult<unknown>> {
    const [first] = Object.keys({ ...options, ...given({ context }) });
    if (first !== undefined)
      throw new InputValidationError(
        `agents.run(${name}) is called outside any run, so it is a run of its own, which another process may take up: '${first}' of this call would be lost. Set it in @Agent, or call it in a step.`,
      );
    const { result, records } = await this.runs.run(name, input, { conversation });
    return wholeResult(result, records, () => saidBefore(records));
  }

  private async call(called: BegunCall): Promise<AgentResult<unknown>> {
    const scope = currentScope();
    if (!scope) throw new Error('an agent runs in a step: this is a bug in Nestor');
    let made: AgentCall | undefined;
    let records: CallRecords | undefined;
    const recorded = await scope.call<RecordedAgentResult>({
      ...agentCall(called.agent),
      arguments: called.args,
      recalled: (below) => {
        records = below;
      },
      perform: async (args, context) => {
        records = context;
        const begun = await this.begin({ ...called, args }, context);
        made = begun.made;
        return begun.result;
      },
    });
    return wholeResult(recorded, records, () => made?.messages ?? saidBefore(records), called.context);
  }

  private async begin(
    { agent, args, conversation: use, context: answersFrom }: BegunCall,
    context: PerformContext,
  ): Promise<{ readonly made: AgentCall; readonly result: RecordedAgentResult }> {
    const { name, type } = agent;
    const around = surroundingAgents.nearest;
    if (around && around.depth < 2) throw tooDeep(name);
    const input = type.input ? instanceOf(type.input, args as JsonValue | undefined) : args;
    const principal = currentScope()?.principal;
    const thread = use && (await agentThread(this.ports, { use, agent, principal }, context));
    try {
      const plan = { agent, input, principal, thread, context: answersFrom };
      const made = new AgentCall(this.ports, plan, context);
      return { made, result: await made.result() };
    } catch (error) {
      // What was aborted is not over: it goes on, or its run ends.
      if (!context.signal.aborted)
        await thread
          ?.release()
          .catch((cause: unknown) =>
            logSafely('warn', `A conversation is held longer: ${errorMessage(cause)}`),
          );
      throw error;
    }
  }
}

/** A call of an agent that is to be performed. */
interface BegunCall {
  readonly agent: RegisteredAgent;
  /** As the gate has let them pass. */
  readonly args: unknown;
  readonly conversation: ConversationUse | undefined;
  /** What it is to answer from. */
  readonly context: GivenContext | undefined;
}

function tooDeep(name: string): NonRetryableError {
  return new NonRetryableError(
    `The agent ${name} was not run: as many agents as 'maxDepth' of one of them allows are one inside the other already. Raise 'maxDepth', or give the inner ones fewer agents as tools.`,
  );
}
