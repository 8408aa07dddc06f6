import { type FailPoint, FailPoints } from '../journal/index.js';
import type { RecordDraft } from '../workflow/index.js';

/** What a process that dies at a fault point would leave behind, without its death. */
export class SimulatedCrash extends Error {
  constructor(readonly point: FailPoint) {
    super(`simulated crash at ${point}`);
    this.name = 'SimulatedCrash';
  }
}

/** `'append'` is short for `'append.before'`. */
export type CrashPoint = FailPoint | 'append';

/** Which of the times that a point is passed is meant. With `turn` or `tool`: of the appends that hold such an outcome. */
export interface CrashOptions {
  /** How often it is passed before. @default 0 */
  readonly after?: number | undefined;
  /** Number of the turn of an agent whose answer is appended. `append.before`: it was given, and is not on record yet. */
  readonly turn?: number | undefined;
  /** Name of the tool whose result is appended: `billing.refund`. */
  readonly tool?: string | undefined;
}

interface ArmedCrash {
  readonly point: FailPoint;
  left: number;
  readonly options: CrashOptions;
  readonly hit: () => void;
}

/** Fault points that a test arms one by one. */
export class HarnessFailPoints extends FailPoints {
  private readonly armed: ArmedCrash[] = [];

  /** Resolves when the crash has happened. */
  arm(point: CrashPoint, options: CrashOptions = {}): Promise<void> {
    return new Promise((hit) =>
      this.armed.push({
        point: point === 'append' ? 'append.before' : point,
        left: options.after ?? 0,
        options,
        hit,
      }),
    );
  }

  reach(point: FailPoint, records: () => readonly RecordDraft[] = () => []): void {
    const index = this.armed.findIndex((one) => one.point === point && isMeant(one.options, records));
    const crash = this.armed[index];
    if (!crash) return;
    if (crash.left > 0) {
      crash.left -= 1;
      return;
    }
    this.armed.splice(index, 1);
    crash.hit();
    throw new SimulatedCrash(point);
  }
}

function isMeant({ turn, tool }: CrashOptions, records: () => readonly RecordDraft[]): boolean {
  if (turn === undefined && tool === undefined) return true;
  return records().some((record) => {
    if (record.type !== 'call.completed') return false;
    const { kind, name, position } = record.payload;
    const isTurn = kind === 'model' && position?.length === 1 && position[0] === turn;
    return turn === undefined ? kind === 'tool' && name === tool : isTurn;
  });
}
