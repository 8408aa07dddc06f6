import type { EngineId } from './engines/index.js';
import type { Finding } from './measurement.js';
import type { Sizes } from './sizes.js';

/** What one child process does, with one engine, before it ends. */
export type Job =
  | { readonly kind: 'speed' }
  | { readonly kind: 'in memory' }
  /** Only opens and closes, after a first run on an empty database. */
  | { readonly kind: 'idle' }
  /** Runs of ten steps and nothing else, so that what they write can be counted. */
  | { readonly kind: 'write'; readonly atOnce: number; readonly waves: number }
  /** One run, finished or waiting, to be multiplied inside the database. */
  | { readonly kind: 'seed'; readonly run: 'finished' | 'waiting' }
  | { readonly kind: 'history'; readonly suffix: string }
  | { readonly kind: 'waiting' }
  /** Does not end by itself: it is killed. */
  | { readonly kind: 'begin'; readonly ids: readonly string[] }
  | { readonly kind: 'recover'; readonly ids: readonly string[] };

/** What the parent hands over. */
export interface Order {
  readonly engine: EngineId;
  readonly url?: string;
  readonly job: Job;
  readonly sizes: Sizes;
}

/** What the child tells. */
export type Report =
  | { readonly kind: 'ready'; readonly name: string }
  | { readonly kind: 'done'; readonly name: string; readonly findings: readonly Finding[] };
