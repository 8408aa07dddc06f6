import type { AgentRunHandle } from './agent-run-handle.js';
import type { CallRecords, ConversationUse } from '../scope/index.js';
import type { RunCreated } from '../workflow/index.js';
import type { RecordedAgentResult } from './agent-result.js';

/** A run of an agent that has ended well. */
export interface AgentRun {
  readonly result: RecordedAgentResult;
  /** What is on record of its turns. */
  readonly records: CallRecords;
}

export interface AgentRunOptions {
  /** In which it answers. */
  readonly conversation: ConversationUse | undefined;
}

/** A run of an agent that has begun. */
export interface StartedAgentRun {
  readonly handle: AgentRunHandle;
  /** Waits through reviews. Rejects with what the run has failed with. */
  readonly ended: Promise<AgentRun>;
}

/** Runs of agents by themselves, for code that is in no run. */
export abstract class AgentRuns {
  /**
   * Starts a run and waits for its end.
   * @throws {RunWaitingError} if it has to wait for somebody
   * @throws what it has failed with
   */
  abstract run(agent: string, input: unknown, options: AgentRunOptions): Promise<AgentRun>;
  /** Any run. */
  abstract handle(runId: string): AgentRunHandle;
  /** With what a run was started; undefined if there is no such run. */
  abstract started(runId: string): Promise<RunCreated | undefined>;
  /** Starts a run whose events are listened to from its beginning. */
  abstract start(agent: string, input: unknown, options: AgentRunOptions): Promise<StartedAgentRun>;
}
