import { errorMessage, logSafely } from '../errors/index.js';
import type { JsonValue } from '../values/index.js';

/** A piece of what an agent's model is saying, before it is on record; or how far a tool of its turn has come, which nowhere is. */
export interface LivePiece {
  readonly type: 'started' | 'text' | 'reasoning' | 'restart' | 'progress';
  /** Key of the agent's call. */
  readonly call: string;
  readonly agent: string;
  /** How many agents it is inside of. */
  readonly level: number;
  /** Number of the turn. */
  readonly turn: number;
  /** Rises from piece to piece of a run, also where another process takes it over. */
  readonly number: number;
  readonly text?: string;
  /** Of `started`: the answer is data, as the agent's output describes it. */
  readonly isData?: boolean;
  /** Of `progress`: which call of the answer of the turn. */
  readonly index?: number;
  /** Of `progress`. */
  readonly value?: JsonValue;
}

type Listener = (piece: LivePiece) => void;

/** What agents are saying just now, brought to listeners. Nothing of it is kept for good: the records are the truth. */
export abstract class LiveEvents {
  /** Whether somebody may listen to a run: nothing is streamed for nobody. */
  abstract isHeard(runId: string): boolean;
  /** Never throws, and waits for nobody. */
  abstract say(runId: string, piece: Omit<LivePiece, 'number'>): LivePiece;
  /** Gives the pieces of turns that are not on record yet, from the first one on, then each as it comes. The function given back ends it. */
  abstract listen(runId: string, listener: Listener): () => void;
  /** A call's turn is on record: a listener that comes later reads it there. */
  abstract forget(runId: string, call: string): void;
}

interface Told {
  readonly listeners: Set<Listener>;
  /** By call: of its turn that is not on record. */
  readonly pieces: Map<string, LivePiece[]>;
}

/** Within this process. */
export class InProcessLiveEvents extends LiveEvents {
  private readonly runs = new Map<string, Told>();
  private last = 0;

  /** @param now milliseconds since the epoch */
  constructor(private readonly now: () => number) {
    super();
  }

  isHeard(runId: string): boolean {
    return (this.runs.get(runId)?.listeners.size ?? 0) > 0;
  }

  say(runId: string, said: Omit<LivePiece, 'number'>): LivePiece {
    // Another process that takes the run over goes on behind this one's.
    this.last = Math.max(this.last + 1, this.now() * 1_000);
    const piece = { ...said, number: this.last };
    if (said.type === 'progress') return this.pass(runId, piece);
    const told = this.told(runId);
    const pieces = (said.type === 'started' ? undefined : told.pieces.get(said.call)) ?? [];
    pieces.push(piece);
    told.pieces.set(said.call, pieces);
    for (const listener of told.listeners) tell(listener, piece);
    return piece;
  }

  /** To those who listen just now. */
  private pass(runId: string, piece: LivePiece): LivePiece {
    for (const listener of this.runs.get(runId)?.listeners ?? []) tell(listener, piece);
    return piece;
  }

  /** Of turns that are not on record yet. */
  kept(runId: string): readonly LivePiece[] {
    return [...(this.runs.get(runId)?.pieces.values() ?? [])].flat();
  }

  listen(runId: string, listener: Listener): () => void {
    const told = this.told(runId);
    for (const piece of this.kept(runId)) tell(listener, piece);
    told.listeners.add(listener);
    return () => {
      told.listeners.delete(listener);
      this.tidy(runId, told);
    };
  }

  forget(runId: string, call: string): void {
    const told = this.runs.get(runId);
    told?.pieces.delete(call);
    if (told) this.tidy(runId, told);
  }

  private told(runId: string): Told {
    const known = this.runs.get(runId) ?? { listeners: new Set(), pieces: new Map() };
    this.runs.set(runId, known);
    return known;
  }

  private tidy(runId: string, told: Told): void {
    if (told.listeners.size === 0 && told.pieces.size === 0) this.runs.delete(runId);
  }
}

function tell(listener: Listener, piece: LivePiece): void {
  try {
    listener(piece);
  } catch (error) {
    logSafely('warn', `A listener of live events threw: ${errorMessage(error)}`);
  }
}
