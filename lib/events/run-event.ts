import type { RunRecord } from '../workflow/index.js';

/** A record that is on disk, or something that passes and is never journaled: `step.started`, `step.progress`, `model.delta`. */
export type RunEvent = RunRecord | EphemeralRunEvent;

export interface EphemeralRunEvent {
  readonly type: 'step.started' | 'step.progress' | 'model.delta';
  readonly runId: string;
  readonly step?: string;
  readonly iteration?: number;
  readonly item?: number;
  readonly [key: string]: unknown;
}
