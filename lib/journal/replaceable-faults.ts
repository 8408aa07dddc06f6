import { type FaultPoint, FaultPoints, NoFaults } from './fault-points.js';

/** The fault points of an application: none, until a test puts its own in their place. */
export class ReplaceableFaults extends FaultPoints {
  private current: FaultPoints = new NoFaults();

  replace(faults: FaultPoints): void {
    this.current = faults;
  }

  reach(point: FaultPoint): Promise<void> | void {
    return this.current.reach(point);
  }
}
