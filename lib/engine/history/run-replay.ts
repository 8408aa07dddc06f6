import type { Journal, RunRow } from '../../journal/index.js';
import { fold, replay, type ReplayReport } from '../../workflow/index.js';
import type { Definitions } from '../worker/definitions.js';
import { assertKnownFormat } from '../worker/known-format.js';
import type { BodyReplay } from './body-replay.js';

export interface RunReplayPorts {
  readonly journal: Pick<Journal, 'read'>;
  readonly definitions: Definitions;
  readonly bodies: BodyReplay;
}

export interface ReplayOptions {
  /**
   * Runs the methods of steps as well, with recorded answers to all their calls, and compares what they come to. What a
   * method does to the world beside its calls it does again. @default false
   */
  readonly bodies?: boolean | undefined;
}

/** Checks whether today's code would decide as the records of a run say. */
export class RunReplay {
  constructor(private readonly ports: RunReplayPorts) {}

  async replay(row: RunRow, { bodies = false }: ReplayOptions): Promise<ReplayReport> {
    assertKnownFormat(row);
    const records = await this.ports.journal.read(row.id);
    const { definition } = this.ports.definitions.forRun(fold(records));
    const report = replay(definition, records);
    if (!bodies) return report;
    const performed = await this.ports.bodies.compare(row, definition, records);
    const divergences = [...report.divergences, ...performed.divergences].toSorted((a, b) => a.seq - b.seq);
    return { ...report, bodies: performed.bodies, divergences };
  }
}
