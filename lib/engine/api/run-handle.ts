import type { Observable } from 'rxjs';
import type { AgentEventOptions, AgentEventStream } from '../../agents/index.js';
import type { RunEvent } from '../../events/index.js';
import type { ForkEdits, ReplayReport, RunDetails, RunStatus } from '../../workflow/index.js';
import type { ReplayOptions } from '../history/run-replay.js';
import type { StreamOptions } from '../observe/run-stream.js';
import type { RunResult } from './run-result.js';

/** What a handle tells the holder of a run, besides signals and messages. */
export type ControlMessage =
  | { readonly kind: 'cancel'; readonly reason: string }
  | { readonly kind: 'pause'; readonly reason?: string }
  | { readonly kind: 'resume' };

/** What a handle asks for, of any run. */
export interface RunOperations {
  status(runId: string): Promise<RunStatus>;
  state(runId: string): Promise<RunDetails>;
  media(runId: string, blob: string): Promise<Uint8Array | undefined>;
  events(runId: string, options?: StreamOptions): Observable<RunEvent>;
  agentEvents(runId: string, options?: AgentEventOptions): AgentEventStream;
  result(runId: string): Promise<RunResult>;
  idle(runId: string): Promise<RunResult>;
  tell(runId: string, told: ControlMessage): Promise<void>;
  signal(runId: string, name: string, payload: unknown): Promise<void>;
  sendMessage(runId: string, text: string, call?: string): Promise<void>;
  retry(runId: string, from?: string): Promise<void>;
  fork(runId: string, from: string, edits: ForkEdits): Promise<RunHandle>;
  replay(runId: string, options: ReplayOptions): Promise<ReplayReport>;
}

/** One run, from any process: ask it, tell it. */
export class RunHandle<Output = unknown> {
  constructor(
    readonly id: string,
    private readonly runs: RunOperations,
  ) {}

  /** @throws {RunNotFoundError} */
  status(): Promise<RunStatus> {
    return this.runs.status(this.id);
  }

  /**
   * Everything that its records tell, as plain data: steps with their attempts and calls, waits, open reviews, usage.
   * Reads all records: for people who look at a run, not for a loop that waits for it.
   * @throws {RunNotFoundError}
   */
  state(): Promise<RunDetails> {
    return this.runs.state(this.id);
  }

  /**
   * The bytes of a picture or file to which its records refer: `blob` of a part. They go with the run.
   * @returns undefined if the run has none of that name
   */
  media(blob: string): Promise<Uint8Array | undefined> {
    return this.runs.media(this.id, blob);
  }

  /** Resolves when the run has ended, however long it waits in between. @throws {RunNotFoundError} */
  result(): Promise<RunResult<Output>> {
    // What the journal holds of the output is what the workflow's `static output` describes.
    return this.runs.result(this.id) as Promise<RunResult<Output>>;
  }

  /** Resolves when the run has ended or waits for somebody. @throws {RunNotFoundError} */
  idle(): Promise<RunResult<Output>> {
    return this.runs.idle(this.id) as Promise<RunResult<Output>>;
  }

  /** @deprecated Use `idle()`. */
  atRest(): Promise<RunResult<Output>> {
    return this.idle();
  }

  /**
   * The records so far, then each as it is written, and what passes in between; completes when the run has ended.
   * With `after`, the `seq` of a record, only what follows it: what a browser's `Last-Event-ID` asks for. A subscriber gets
   * errors: {RunNotFoundError}, and {InputValidationError} if there is no such record.
   */
  events(options: StreamOptions = {}): Observable<RunEvent> {
    return this.runs.events(this.id, options);
  }

  /**
   * What the agents of the run do and say: turns, texts as they come, tools, handoffs, reviews; completes when the run has ended.
   * To subscribe to, or to iterate over. With `after`, the `position` of an event, only what follows it. The text that was told
   * last of an answer is the one that is on record. A listener gets errors: {RunNotFoundError} {InputValidationError}.
   * @example
   * for await (const event of handle.agentEvents()) if (event.type === 'text') response.write(event.text);
   */
  agentEvents(options: AgentEventOptions = {}): AgentEventStream {
    return this.runs.agentEvents(this.id, options);
  }

  /** Ends the run: what is in flight is aborted, completed steps with `compensate` are undone. Nothing happens to a finished run. */
  cancel(reason: string): Promise<void> {
    return this.runs.tell(this.id, { kind: 'cancel', reason });
  }

  /** Lets what is in flight end, and starts nothing new until `resume`. */
  pause(reason?: string): Promise<void> {
    return this.runs.tell(this.id, { kind: 'pause', ...(reason === undefined ? {} : { reason }) });
  }

  resume(): Promise<void> {
    return this.runs.tell(this.id, { kind: 'resume' });
  }

  /**
   * Hands a payload to the step that waits for the signal, or to the next one that will. Each signal is taken once.
   * @throws {InputValidationError} if it does not fit the `payload` of the step, or no step of the run's definition waits
   * for a signal of that name (checked where this process has that definition)
   * @throws {RunFinishedError}
   */
  signal(name: string, payload?: unknown): Promise<void> {
    return this.runs.signal(this.id, name, payload);
  }

  /**
   * Says more to an agent while it works: it is told of it in its next turn, or in one more turn if it has not answered yet. One
   * that comes before the agent has begun waits for it; one that comes when the agent is being stopped goes to the end of its
   * conversation. Resolves when that is on record.
   * @param options `call`: which call of an agent, where several work at the same time, as its events tell it
   * @throws {RunFinishedError} if it came too late: the agent has given its answer
   * @throws {InputValidationError} if it is empty, or several agents work and none is named
   */
  sendMessage(text: string, { call }: { readonly call?: string | undefined } = {}): Promise<void> {
    return this.runs.sendMessage(this.id, text, call);
  }

  /**
   * Goes on with a failed or cancelled run: what failed, was cut off or undone starts again, and what is downstream of it.
   * With `from` that step, too. What has completed otherwise keeps its output.
   * @throws {RunFinishedError} if the run has completed, or still goes on
   */
  retry(options: { readonly from?: string } = {}): Promise<void> {
    return this.runs.retry(this.id, options.from);
  }

  /**
   * A new run that begins with what this one had before the step `from`, with edited values where given.
   * New idempotency keys and no call memory from there on. `outputs`: by step.
   * @throws {InputValidationError} if there is no step `from`, an edited step runs again or has a review, or the input does not fit
   * @throws {OutputValidationError} if an edited output does not fit its step
   * @throws {GuardrailBlockedError} if a guardrail stops the edited input, or an edited output
   */
  fork(options: { readonly from: string; readonly edits?: ForkEdits }): Promise<RunHandle<Output>> {
    // A fork is a run of the same workflow, so it gives the same kind of output.
    return this.runs.fork(this.id, options.from, options.edits ?? {}) as Promise<RunHandle<Output>>;
  }

  /**
   * Whether today's code would decide as the records say. Performs nothing: recorded outcomes stand for the world.
   * With `bodies`, whether today's methods of the steps would come to the same, too; no call that they make is performed.
   */
  replay(options: ReplayOptions = {}): Promise<ReplayReport> {
    return this.runs.replay(this.id, options);
  }
}
