import { EMPTY, from as observed, mergeMap, type Observable } from 'rxjs';
import {
  type AccessedRun,
  actorOf,
  type Caller,
  type Operation,
  peopleOf,
  type RunAccess,
  runNotFound,
} from '../../access/index.js';
import type { AgentEventOptions, AgentEventStream } from '../../agents/index.js';
import type { Clock } from '../../clock/index.js';
import type { RunDispatcher } from '../../dispatch/index.js';
import { suggestion } from '../../text/index.js';
import { InputValidationError, RunFinishedError } from '../../errors/index.js';
import type { LiveEvents, RunEvent, RunEvents } from '../../events/index.js';
import type { BlobStore, InboxBody, Journal, RunRow } from '../../journal/index.js';
import type { KillSwitches } from '../../limits/index.js';
import type { PeerProcesses } from '../../leases/index.js';
import type { CurrentPrincipal } from '../../scope/index.js';
import { shortText } from '../../text/index.js';
import {
  assertIdentifier,
  boundedText,
  canonicalId,
  ignoreRejection,
  type JsonValue,
  newId,
  requireId,
  textLimits,
  toJson,
  validateOrThrow,
} from '../../values/index.js';
import {
  type Actor,
  detailsOf,
  type ForkEdits,
  isFinished,
  type ReplayReport,
  type RunDetails,
  type RunStatus,
} from '../../workflow/index.js';
import type { Definitions } from '../worker/definitions.js';
import type { RunForks } from '../history/run-forks.js';
import { type ControlMessage, RunHandle, type RunOperations } from './run-handle.js';
import type { LocalSettlements } from '../observe/local-settlements.js';
import type { ReplayOptions, RunReplay } from '../history/run-replay.js';
import type { RunRetry } from '../history/run-retry.js';
import type { RunResult } from './run-result.js';
import { RunWatcher } from '../observe/run-watcher.js';
import { messageAnswer } from '../observe/message-answer.js';
import { agentEventsOf } from '../observe/agent-events.js';
import { type StreamOptions, streamOf } from '../observe/run-stream.js';

export interface HandlePorts {
  readonly journal: Pick<Journal, 'find' | 'read' | 'post' | 'shape'>;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly dispatcher: RunDispatcher;
  readonly events: RunEvents;
  readonly live: LiveEvents;
  readonly peers: Pick<PeerProcesses, 'watch' | 'isListening'>;
  readonly definitions: Definitions;
  readonly clock: Clock;
  readonly principal: CurrentPrincipal;
  readonly access: RunAccess;
  readonly killSwitches: Pick<KillSwitches, 'assertMayStart'>;
  readonly retries: RunRetry;
  readonly replays: RunReplay;
  readonly forks: RunForks;
  readonly settlements: LocalSettlements;
  readonly payloadLimit: number;
}

/** What handles do: they read the journal and leave messages in inboxes. */
export class RunHandles implements RunOperations {
  readonly watcher: RunWatcher;

  constructor(private readonly ports: HandlePorts) {
    this.watcher = new RunWatcher(ports.journal, ports.events, ports.peers, ports.settlements);
  }

  of(runId: string): RunHandle {
    return new RunHandle(canonicalId(runId) ?? runId, this);
  }

  async status(runId: string): Promise<RunStatus> {
    return (await this.reach(runId, 'run.read')).row.status;
  }

  async state(runId: string): Promise<RunDetails> {
    const { journal, definitions } = this.ports;
    await this.ports.access.assertReach(runId, 'run.read');
    const records = await journal.read(requireId(runId, 'runId'));
    const [first] = records;
    if (first?.type !== 'run.created') throw runNotFound(runId);
    return detailsOf(records, definitions.stepNames(first.payload.workflow));
  }

  async media(runId: string, blob: string): Promise<Uint8Array | undefined> {
    const isHash = typeof blob === 'string' && /^[0-9a-f]{64}$/.test(blob);
    await this.ports.access.assertReach(runId, 'run.read');
    return isHash ? this.ports.blobs.get(requireId(runId, 'runId'), blob) : undefined;
  }

  async result(runId: string): Promise<RunResult> {
    await this.ports.access.assertReach(runId, 'run.read');
    return this.watcher.finished(runId);
  }

  async idle(runId: string): Promise<RunResult> {
    await this.ports.access.assertReach(runId, 'run.read');
    return this.watcher.idle(runId);
  }

  events(runId: string, options?: StreamOptions): Observable<RunEvent> {
    const stream = streamOf(runId, this.ports, options);
    const reaching = this.ports.access.assertReach(runId, 'run.read');
    return reaching ? observed(ignoreRejection(reaching)).pipe(mergeMap(() => stream)) : stream;
  }

  agentEvents(runId: string, options?: AgentEventOptions): AgentEventStream {
    const reaching = this.ports.access.assertReach(runId, 'run.read');
    return agentEventsOf(runId, this.ports, options, reaching && ignoreRejection(reaching));
  }

  /** Leaves a message for the holder of the run. A finished run takes none. @throws {RunNotFoundError} {AccessDeniedError} */
  async tell(runId: string, told: ControlMessage): Promise<void> {
    const { row, caller } = await this.reach(runId, operationOf[told.kind]);
    if (!isFinished(row.status)) await this.post(row.id, withBoundedReason(told), actorOf(caller));
  }

  /** Goes on with it, as if it were started again. */
  async retry(runId: string, from?: string): Promise<void> {
    const { row, caller } = await this.reach(runId, 'run.retry');
    await this.assertStart(row, caller);
    // Before it goes on: people who made it go on decide none of its reviews.
    const people = peopleOf(caller);
    if (people.length > 0) await this.ports.journal.shape(row.id, people);
    await this.ports.retries.retry(row, from, actorOf(caller));
    this.ports.dispatcher.dispatch([{ runId: row.id, reason: 'created' }]);
  }

  async fork(runId: string, from: string, edits: ForkEdits): Promise<RunHandle> {
    const { row, caller } = await this.reach(runId, 'run.fork');
    await this.assertStart(row, caller);
    const id = await this.ports.forks.fork(row, from, edits, caller);
    this.ports.dispatcher.dispatch([{ runId: id, reason: 'created' }]);
    return this.of(id);
  }

  async replay(runId: string, options: ReplayOptions): Promise<ReplayReport> {
    return this.ports.replays.replay((await this.reach(runId, 'run.replay')).row, options);
  }

  async signal(runId: string, name: string, payload: unknown): Promise<void> {
    assertIdentifier(name, 'The name of the signal');
    const { row, caller } = await this.reach(runId, 'run.signal');
    this.assertSignal(row, name);
    if (isFinished(row.status)) {
      throw new RunFinishedError(
        `Run ${runId} of ${row.workflow} is ${row.status}: it takes no signal '${name}' any more.`,
        { details: { runId, status: row.status } },
      );
    }
    const value = await this.checked(row, name, payload);
    const body = { kind: 'signal' as const, name, ...(value === undefined ? {} : { payload: value }) };
    await this.post(row.id, body, actorOf(caller));
  }

  async sendMessage(runId: string, text: string, call?: string): Promise<void> {
    if (typeof text !== 'string' || text.trim() === '')
      throw new InputValidationError('handle.sendMessage() takes a text that is not empty.');
    const { row, caller } = await this.reach(runId, 'run.message');
    const message = toJson(text, 'the text of handle.sendMessage()', this.ports.payloadLimit) as string;
    const events = streamOf(row.id, this.ports, { after: row.seq });
    if (isFinished(row.status)) return messageAnswer(EMPTY, row.id, '');
    const body = { kind: 'message' as const, text: message, ...(call === undefined ? {} : { call }) };
    const id = await this.post(row.id, body, actorOf(caller));
    await messageAnswer(events, row.id, id);
  }

  /** A name that no step waits for would lie in the inbox, and the run would wait for the right one. */
  private assertSignal(row: RunRow, name: unknown): asserts name is string {
    const names = this.ports.definitions.signalsOf(row);
    if (typeof name === 'string' && name !== '' && (!names || names.includes(name))) return;
    const shown = typeof name === 'string' ? shortText(name, 100) : typeof name;
    const known = [...new Set(names)];
    const list = known.length === 0 ? 'It waits for none.' : `It waits for ${known.join(', ')}.`;
    throw new InputValidationError(
      `No step of ${row.workflow} (run ${row.id}) waits for the signal '${shown}'.${suggestion(shown, known)}${names ? ` ${list}` : ''}`,
      { details: { signal: shown, signals: known, runId: row.id } },
    );
  }

  private async checked(row: RunRow, name: string, payload: unknown): Promise<JsonValue | undefined> {
    const where = `the payload of signal '${name}' for ${row.workflow}`;
    for (const schema of this.ports.definitions.signalSchemas(row.workflow, name)) {
      await validateOrThrow(schema, payload, where, { details: { signal: name } });
    }
    return toJson(payload, where, this.ports.payloadLimit);
  }

  /** Leaves a message without asking who may. @returns its id */
  async post(runId: string, body: InboxBody, actor: Actor): Promise<string> {
    const at = new Date(this.ports.clock.now()).toISOString();
    const id = newId();
    if (!(await this.ports.journal.post(runId, { id, actor, at, body }))) throw runNotFound(runId);
    this.ports.dispatcher.dispatch([{ runId, reason: 'inbox' }]);
    return id;
  }

  /** What goes on from a run is started once more, which takes the right to start it. */
  private async assertStart({ workflow, tenant }: RunRow, caller: Caller): Promise<void> {
    const { access, definitions, killSwitches } = this.ports;
    const rule = definitions.named(workflow)?.access?.start;
    const resource = { kind: 'workflow', name: workflow, ...(tenant === null ? {} : { tenant }) };
    await access.control.assert(caller, 'run.start', resource, rule);
    await killSwitches.assertMayStart(workflow, tenant ?? undefined);
  }

  private reach(runId: string, operation: Operation): Promise<AccessedRun> {
    return this.ports.access.reach(runId, operation);
  }
}

const operationOf = {
  cancel: 'run.cancel',
  pause: 'run.pause',
  resume: 'run.resume',
} as const satisfies Record<ControlMessage['kind'], Operation>;

/** A reason that is too long is cut and marked: the request itself counts. */
function withBoundedReason(body: ControlMessage): ControlMessage {
  if (body.kind === 'resume' || body.reason === undefined) return body;
  return { ...body, reason: boundedText(body.reason, textLimits.reason) };
}
