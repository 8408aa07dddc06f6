import { Inject, Injectable } from '@nestjs/common';
import {
  type AgentRun,
  type AgentRunOptions,
  AgentRuns,
  type RecordedAgentResult,
  type StartedAgentRun,
} from '../../agents/index.js';
import { RunWaitingError } from '../../errors/index.js';
import { CallsBelow } from '../../gate/index.js';
import { Journal } from '../../journal/index.js';
import { activations, fold, type RunCreated } from '../../workflow/index.js';
import { Orchestrator } from './orchestrator.js';
import { ignoreRejection } from '../../values/index.js';
import type { RunHandle } from './run-handle.js';
import type { RunResult } from './run-result.js';

/** Starts runs of agents and reads their results from their records. */
@Injectable()
export class JournaledAgentRuns extends AgentRuns {
  constructor(
    @Inject(Orchestrator) private readonly orchestrator: Pick<Orchestrator, 'start' | 'handle'>,
    @Inject(Journal) private readonly journal: Pick<Journal, 'read'>,
  ) {
    super();
  }

  async run(agent: string, input: unknown, options: AgentRunOptions): Promise<AgentRun> {
    const handle = await this.orchestrator.start(agent, input, options);
    assertCompleted(await handle.idle(), agent);
    return this.read(handle.id);
  }

  handle(runId: string): RunHandle {
    return this.orchestrator.handle(runId);
  }

  async started(runId: string): Promise<RunCreated | undefined> {
    const [first] = await this.journal.read(runId);
    return first?.type === 'run.created' ? first.payload : undefined;
  }

  async start(agent: string, input: unknown, options: AgentRunOptions): Promise<StartedAgentRun> {
    const handle = await this.orchestrator.start(agent, input, { ...options, stream: true });
    return { handle, ended: ignoreRejection(this.ended(handle, agent)) };
  }

  private async ended(handle: RunHandle, agent: string): Promise<AgentRun> {
    assertCompleted(await handle.result(), agent);
    return this.read(handle.id);
  }

  /** The step forgets its calls when it is over: they are those of the moment before. */
  private async read(runId: string): Promise<AgentRun> {
    const records = await this.journal.read(runId);
    const end = records.findIndex(({ type }) => type === 'step.completed');
    const state = fold(records.slice(0, end));
    for (const { activation } of activations(state))
      for (const { key, kind, within, result } of activation.calls.values())
        if (kind === 'agent' && within === undefined)
          return {
            // What the call of an agent has put there.
            result: result as unknown as RecordedAgentResult,
            records: new CallsBelow(key, () => activation.calls),
          };
    throw new Error(`the run ${runId} holds no call of an agent: this is a bug in Nestor`);
  }
}

function assertCompleted(result: RunResult, agent: string): void {
  switch (result.status) {
    case 'completed':
      return;
    case 'failed':
      // As in a run, where the error is that of the call.
      throw result.error.cause ?? result.error;
    case 'cancelled':
      throw result.error;
    case 'waiting':
    case 'paused': {
      const { runId, waitingFor } = result;
      const what = [...new Set(waitingFor.map((wait) => wait.for))].join(', ');
      throw new RunWaitingError(
        `The run ${runId} of the agent ${agent} has to wait (${what || result.status}), so there is no result yet. Keep its id and follow it: orchestrator.handle('${runId}').result().`,
        { details: { runId } },
      );
    }
  }
}
