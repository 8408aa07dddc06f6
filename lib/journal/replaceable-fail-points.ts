import type { RecordDraft } from '../workflow/index.js';
import { type FailPoint, FailPoints, NoFailPoints } from './fail-points.js';

/** The fault points of an application: none, until a test puts its own in their place. */
export class ReplaceableFailPoints extends FailPoints {
  private current: FailPoints = new NoFailPoints();

  replace(faults: FailPoints): void {
    this.current = faults;
  }

  reach(point: FailPoint, records?: () => readonly RecordDraft[]): Promise<void> | void {
    return this.current.reach(point, records);
  }
}
