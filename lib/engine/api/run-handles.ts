import { EMPTY, type Observable } from 'rxjs';
import type { AgentEventOptions, AgentEventStream } from '../../agents/index.js';
import type { Clock } from '../../clock/index.js';
import type { RunDispatcher } from '../../dispatch/index.js';
import { suggestion } from '../../text/index.js';
import { InputValidationError, RunFinishedError } from '../../errors/index.js';
import type { LiveEvents, RunEvent, RunEvents } from '../../events/index.js';
import type { BlobStore, InboxBody, Journal, RunRow } from '../../journal/index.js';
import type { PeerProcesses } from '../../leases/index.js';
import type { CurrentPrincipal } from '../../scope/index.js';
import { shortText } from '../../text/index.js';
import {
  assertIdentifier,
  boundedText,
  canonicalId,
  type JsonValue,
  newId,
  type Principal,
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
import { RunHandle, type RunOperations } from './run-handle.js';
import type { LocalSettlements } from '../observe/local-settlements.js';
import type { ReplayOptions, RunReplay } from '../history/run-replay.js';
import type { RunRetry } from '../history/run-retry.js';
import { notFound, RunWatcher } from '../observe/run-watcher.js';
import { messageAnswer } from '../observe/message-answer.js';
import { agentEventsOf } from '../observe/agent-events.js';
import { type StreamOptions, streamOf } from '../observe/run-stream.js';

export interface HandlePorts {
  readonly journal: Pick<Journal, 'find' | 'read' | 'post'>;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly dispatcher: RunDispatcher;
  readonly events: RunEvents;
  readonly live: LiveEvents;
  readonly peers: Pick<PeerProcesses, 'watch' | 'isListening'>;
  readonly definitions: Definitions;
  readonly clock: Clock;
  readonly principal: CurrentPrincipal;
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
    return (await this.row(runId)).status;
  }

  async state(runId: string): Promise<RunDetails> {
    const { journal, definitions } = this.ports;
    const records = await journal.read(requireId(runId, 'runId'));
    const [first] = records;
    if (first?.type !== 'run.created') throw notFound(runId);
    return detailsOf(records, definitions.stepNames(first.payload.workflow));
  }

  async media(runId: string, blob: string): Promise<Uint8Array | undefined> {
    const isHash = typeof blob === 'string' && /^[0-9a-f]{64}$/.test(blob);
    return isHash ? this.ports.blobs.get(requireId(runId, 'runId'), blob) : undefined;
  }

  events(runId: string, options?: StreamOptions): Observable<RunEvent> {
    return streamOf(runId, this.ports, options);
  }

  agentEvents(runId: string, options?: AgentEventOptions): AgentEventStream {
    return agentEventsOf(runId, this.ports, options);
  }

  /** Leaves a message for the holder of the run. A finished run takes none. @throws {RunNotFoundError} */
  async tell(runId: string, told: InboxBody, by?: Principal): Promise<void> {
    const body = withBoundedReason(told);
    const { id, status } = await this.row(runId);
    if (!isFinished(status)) await this.post(id, body, by);
  }

  async retry(runId: string, from?: string): Promise<void> {
    const row = await this.row(runId);
    await this.ports.retries.retry(row, from, this.actor());
    this.ports.dispatcher.dispatch([{ runId: row.id, reason: 'created' }]);
  }

  async fork(runId: string, from: string, edits: ForkEdits): Promise<RunHandle> {
    const id = await this.ports.forks.fork(await this.row(runId), from, edits, this.actor());
    this.ports.dispatcher.dispatch([{ runId: id, reason: 'created' }]);
    return this.of(id);
  }

  async replay(runId: string, options: ReplayOptions): Promise<ReplayReport> {
    return this.ports.replays.replay(await this.row(runId), options);
  }

  async signal(runId: string, name: string, payload: unknown): Promise<void> {
    assertIdentifier(name, 'The name of the signal');
    const row = await this.row(runId);
    this.assertSignal(row, name);
    if (isFinished(row.status)) {
      throw new RunFinishedError(
        `Run ${runId} of ${row.workflow} is ${row.status}: it takes no signal '${name}' any more.`,
        { details: { runId, status: row.status } },
      );
    }
    const value = await this.checked(row, name, payload);
    await this.post(row.id, { kind: 'signal', name, ...(value === undefined ? {} : { payload: value }) });
  }

  async sendMessage(runId: string, text: string, call?: string): Promise<void> {
    if (typeof text !== 'string' || text.trim() === '')
      throw new InputValidationError('handle.sendMessage() takes a text that is not empty.');
    const row = await this.row(runId);
    const message = toJson(text, 'the text of handle.sendMessage()', this.ports.payloadLimit) as string;
    const events = this.events(row.id, { after: row.seq });
    if (isFinished(row.status)) return messageAnswer(EMPTY, row.id, '');
    const id = await this.post(row.id, {
      kind: 'message',
      text: message,
      ...(call === undefined ? {} : { call }),
    });
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

  /** @returns the id of the message */
  private async post(runId: string, body: InboxBody, by?: Principal): Promise<string> {
    const at = new Date(this.ports.clock.now()).toISOString();
    const id = newId();
    if (!(await this.ports.journal.post(runId, { id, actor: this.actor(by), at, body })))
      throw notFound(runId);
    this.ports.dispatcher.dispatch([{ runId, reason: 'inbox' }]);
    return id;
  }

  private actor(by?: Principal): Actor {
    const principal = by ?? this.ports.principal.get();
    return principal ? { kind: 'person', id: principal.id } : { kind: 'code', id: 'host' };
  }

  private async row(runId: string): Promise<RunRow> {
    const row = await this.ports.journal.find(requireId(runId, 'runId'));
    if (!row) throw notFound(runId);
    return row;
  }
}

/** A reason that is too long is cut and marked: the request itself counts. */
function withBoundedReason(body: InboxBody): InboxBody {
  if ((body.kind !== 'cancel' && body.kind !== 'pause') || body.reason === undefined) return body;
  return { ...body, reason: boundedText(body.reason, textLimits.reason) };
}
