import type { Subscriber } from 'rxjs';
import {
  type AgentEvent,
  type AgentEventBody,
  type AgentEventOptions,
  AgentEventFold,
  AgentEventStream,
  type EventPosition,
  isBehind,
  positionText,
  readPosition,
} from '../../agents/index.js';
import type { LiveEvents, LivePiece, RunEvents } from '../../events/index.js';
import type { Journal } from '../../journal/index.js';
import type { PeerProcesses } from '../../leases/index.js';
import type { CurrentPrincipal } from '../../scope/index.js';
import { type Principal, requireId } from '../../values/index.js';
import { isEnd } from '../drive/run-end.js';
import { runNotFound } from '../../access/index.js';

export interface AgentEventPorts {
  readonly journal: Pick<Journal, 'read'>;
  readonly events: RunEvents;
  readonly peers: Pick<PeerProcesses, 'watch'>;
  readonly live: LiveEvents;
  readonly principal: Pick<CurrentPrincipal, 'get'>;
}

/** Milliseconds between two looks at a run that another process drives. */
const polling = { first: 250, most: 5_000, factor: 1.5 };

/**
 * What the agents of a run do and say, from its records and, while an answer comes, as it comes. Completes with the run.
 * @param allowed whether the listener may hear it, where that takes time
 */
export function agentEventsOf(
  runId: string,
  ports: AgentEventPorts,
  { after }: AgentEventOptions = {},
  allowed?: Promise<unknown>,
): AgentEventStream {
  const listener = ports.principal.get();
  return new AgentEventStream((subscriber) => {
    const place = after === undefined ? undefined : readPosition(after);
    const source = new RunAgentEvents(requireId(runId, 'runId'), ports, subscriber, place, listener);
    if (allowed)
      allowed.then(
        () => source.start(),
        (error: unknown) => subscriber.error(error),
      );
    else source.start();
    return () => source.stop();
  });
}

/** One subscription. */
class RunAgentEvents {
  private readonly fold: AgentEventFold;
  private readonly pieces: LivePiece[] = [];
  /** How many pieces have come since records were read. */
  private unread = 0;
  private seq = 0;
  /** There may be records that are not read. */
  private isStale = true;
  private hasStopped = false;
  /** The listener has heard pieces that are no longer here. */
  private hasHeardUnknown = false;
  private wake: () => void = () => undefined;
  private readonly ends: (() => void)[] = [];

  constructor(
    private readonly runId: string,
    private readonly ports: AgentEventPorts,
    private readonly subscriber: Subscriber<AgentEvent>,
    private readonly after: EventPosition | undefined,
    listener: Principal | undefined,
  ) {
    this.fold = new AgentEventFold(listener);
  }

  start(): void {
    if (this.hasStopped) return;
    const { events, peers, live } = this.ports;
    const subscription = events.of(this.runId).subscribe((event) => {
      if ('seq' in event) this.look();
    });
    this.ends.push(
      () => subscription.unsubscribe(),
      peers.watch(this.runId, () => this.look()),
      live.listen(this.runId, (piece) => this.hear(piece)),
    );
    const { after } = this;
    // What it has heard of a turn is known only while that turn is not on record.
    this.hasHeardUnknown =
      after?.isLive === true && !this.pieces.some(({ number }) => number <= after.number);
    this.poll(polling.first);
    void this.run();
  }

  stop(): void {
    this.hasStopped = true;
    for (const end of this.ends.splice(0)) end();
    this.wake();
  }

  private look(): void {
    this.isStale = true;
    this.wake();
  }

  private hear(piece: LivePiece): void {
    this.pieces.push(piece);
    this.unread += 1;
    this.wake();
  }

  private poll(wait: number): void {
    const before = this.seq;
    const timer = setTimeout(() => {
      this.look();
      this.poll(this.seq > before ? polling.first : Math.min(polling.most, wait * polling.factor));
    }, wait);
    timer.unref();
    this.ends[3] = () => clearTimeout(timer);
  }

  /** Never rejects: the subscriber gets the error. */
  private async run(): Promise<void> {
    try {
      while (!this.hasStopped) {
        if (this.isStale && (await this.read())) return this.subscriber.complete();
        this.tellPieces();
        if (!this.isStale && !this.hasStopped)
          await new Promise<void>((resolve) => {
            this.wake = resolve;
            // Something may have come before anybody waited for it.
            if (this.isStale || this.pieces.length > 0 || this.hasStopped) resolve();
          });
      }
    } catch (error) {
      this.subscriber.error(error);
    }
  }

  /** Whether the run has ended. */
  private async read(): Promise<boolean> {
    this.isStale = false;
    this.unread = 0;
    const records = await this.ports.journal.read(this.runId, this.seq);
    if (this.seq === 0 && records.length === 0) throw runNotFound(this.runId);
    for (const record of records) {
      this.seq = record.seq;
      this.passPlace(record.seq > (this.after?.seq ?? 0));
      for (const { slot, body } of this.fold.record(record))
        this.tell(body, { seq: record.seq, isLive: false, number: slot });
    }
    const last = records.at(-1);
    return last !== undefined && isEnd(last);
  }

  /** A turn begins when what comes before it is on record: that is read after its first piece has come, and then told first. */
  private tellPieces(): void {
    let isFresh = true;
    for (let piece = this.pieces[0]; piece; piece = this.pieces[0]) {
      const isFirst = piece.type === 'started' && piece.turn === 1 && piece.level === 0;
      const isBehindUnread = !isFirst && this.pieces.length <= this.unread;
      const needsRecords = piece.type === 'started' || piece.type === 'progress';
      if (needsRecords && (isBehindUnread || !isFresh)) {
        this.isStale = true;
        return;
      }
      isFresh = false;
      this.pieces.shift();
      this.passPlace(piece.number > (this.after?.number ?? 0));
      for (const body of this.fold.piece(piece))
        this.tell(body, { seq: this.seq, isLive: true, number: piece.number });
    }
  }

  /** From its own place on. */
  private passPlace(isBehindIt: boolean): void {
    if (this.hasHeardUnknown && isBehindIt) {
      this.hasHeardUnknown = false;
      this.fold.heardUnknown();
    }
  }

  private tell(body: AgentEventBody, at: EventPosition): void {
    if (this.after && !isBehind(at, this.after)) return;
    this.subscriber.next({ ...body, position: positionText(at) });
  }
}
