import type { Clock } from '../clock/index.js';
import type { LiveChannel } from '../dispatch/index.js';
import { type InProcessLiveEvents, LiveEvents, type LivePiece } from './live-events.js';

/** Milliseconds: a process that listens says so at this interval, and is taken for gone when nothing was heard of it for so long. */
const interest = { every: 5_000, lasts: 15_000 } as const;

const wantedTopic = 'wanted';

/** Over several processes: the one that drives a run tells those in which somebody listens to it, and only those. */
export class SharedLiveEvents extends LiveEvents {
  /** By run: until when another process is taken to listen, on the monotonic clock. */
  private readonly wanted = new Map<string, number>();

  /** What says again that somebody listens here. */
  private readonly wanting = new Set<() => void>();

  constructor(
    private readonly local: InProcessLiveEvents,
    private readonly channel: LiveChannel,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {
    super();
    channel.listen(
      wantedTopic,
      (text) => this.hearWanted(text),
      // Those who listen by now say so again.
      () => channel.send(wantedTopic, JSON.stringify({ asks: true })),
    );
  }

  isHeard(runId: string): boolean {
    return this.local.isHeard(runId) || this.isWanted(runId);
  }

  say(runId: string, said: Omit<LivePiece, 'number'>): LivePiece {
    const piece = this.local.say(runId, said);
    if (this.isWanted(runId)) this.channel.send(runId, JSON.stringify(piece));
    return piece;
  }

  listen(runId: string, listener: (piece: LivePiece) => void): () => void {
    const inOrder = new InOrder(listener);
    const unlisten = this.local.listen(runId, (piece) => inOrder.take(piece));
    const want = (isNew: boolean) => this.channel.send(wantedTopic, JSON.stringify({ runId, isNew }));
    const unsubscribe = this.channel.listen(
      runId,
      (text) => {
        const piece = pieceOf(text);
        if (piece) inOrder.take(piece);
      },
      // What was said before is asked for once it would be heard.
      () => want(true),
    );
    const again = () => want(false);
    const timer = setInterval(again, interest.every);
    timer.unref();
    this.wanting.add(again);
    return () => {
      clearInterval(timer);
      this.wanting.delete(again);
      unsubscribe();
      unlisten();
    };
  }

  forget(runId: string, call: string): void {
    this.local.forget(runId, call);
  }

  private isWanted(runId: string): boolean {
    return (this.wanted.get(runId) ?? -Infinity) > this.clock.monotonic();
  }

  private hearWanted(text: string): void {
    const { runId, isNew, asks } = objectOf(text);
    if (asks === true) for (const again of this.wanting) again();
    if (typeof runId !== 'string') return;
    const now = this.clock.monotonic();
    for (const [known, until] of this.wanted) if (until <= now) this.wanted.delete(known);
    this.wanted.set(runId, now + interest.lasts);
    if (isNew === true)
      for (const piece of this.local.kept(runId)) this.channel.send(runId, JSON.stringify(piece));
  }
}

/** Tells each piece once, and of a turn only what follows its beginning: a listener that comes later is sent all of it first. */
class InOrder {
  /** By call: of the turn of which the beginning was heard. */
  private readonly heard = new Map<string, { turn: number; number: number }>();
  /** Number of the last piece that tells of a tool. */
  private progressed = 0;

  constructor(private readonly listener: (piece: LivePiece) => void) {}

  take(piece: LivePiece): void {
    if (piece.type === 'progress') {
      if (piece.number > this.progressed) this.listener(piece);
      this.progressed = Math.max(this.progressed, piece.number);
      return;
    }
    const known = this.heard.get(piece.call);
    if (known && piece.number <= known.number) return;
    if (piece.type !== 'started' && known?.turn !== piece.turn) return;
    this.heard.set(piece.call, { turn: piece.turn, number: piece.number });
    this.listener(piece);
  }
}

const types: ReadonlySet<unknown> = new Set(['started', 'text', 'reasoning', 'restart', 'progress']);

/** Undefined for what is not one: it comes over the network. */
function pieceOf(text: string): LivePiece | undefined {
  const { type, call, agent, level, turn, number, text: said, isData, index, value } = objectOf(text);
  const isPiece =
    types.has(type) &&
    typeof call === 'string' &&
    typeof agent === 'string' &&
    [level, turn, number].every((one) => typeof one === 'number') &&
    (said === undefined || typeof said === 'string') &&
    (type !== 'progress' || typeof index === 'number');
  if (!isPiece) return undefined;
  const more = {
    ...(said === undefined ? {} : { text: said }),
    ...(isData === true ? { isData } : {}),
    ...(type === 'progress' ? { index, value } : {}),
  };
  // Each field was looked at.
  return { type, call, agent, level, turn, number, ...more } as LivePiece;
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
