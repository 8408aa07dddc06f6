import type { AgentEvent, FollowedAgent } from '../agents/index.js';

/** Writes what agents do and say in the form that a kind of client reads. */
export interface StreamEncoder<Chunk> {
  /** What comes before everything else. */
  start(): readonly Chunk[];
  /** In their order, from the first event of the run on. */
  event(event: AgentEvent): readonly Chunk[];
  /** The run stands still, and only the reader of this stream can say how it goes on: the stream ends here. */
  readonly isReadersTurn: boolean;
  /** What comes after everything else. */
  finish(): readonly Chunk[];
  /** The events could not be read to their end. */
  failed(): readonly Chunk[];
}

/** What is written: a run, or nothing. */
export type StreamSource = FollowedAgent | undefined;
