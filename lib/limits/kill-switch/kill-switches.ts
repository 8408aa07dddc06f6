import { KillSwitchError, LeaseLostError, logSafely, errorText } from '../../errors/index.js';
import type { KillSwitchStore } from './kill-switch-store.js';
import {
  type ActiveSwitch,
  type Activity,
  halterOf,
  isOn,
  type KillSwitchState,
  nothingStopped,
  stopperOf,
} from './kill-switch-state.js';
import { targetInWords } from './kill-switch-target.js';

/** Milliseconds after which what was read does not count any more: nothing is performed until it could be read again. */
export const longestUnread = 2_000;

/** Readings, one after the other, that may come too late. */
const mostReadings = 10;

/** What this process knows of the kill switch. It reads it every second, and when it is told of a change. */
export class KillSwitches {
  private last: KillSwitchState = nothingStopped;
  /** Monotonic milliseconds when the last reading was asked for. */
  private askedAt = -Infinity;
  private reading: Promise<void> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly store: KillSwitchStore,
    /** Milliseconds that have really passed: a clock that a test moves does not make what was read old. */
    private readonly monotonic: () => number = () => performance.now(),
  ) {}

  /** As it was read last. */
  get state(): KillSwitchState {
    return this.store.local ?? this.last;
  }

  /** Whether nothing is stopped, and that is known. The usual case, which has to cost nothing. */
  get isClear(): boolean {
    return this.state.switches.length === 0 && this.isFresh;
  }

  /** Whether what was read still counts. */
  get isFresh(): boolean {
    return this.store.local !== undefined || this.monotonic() - this.askedAt < longestUnread;
  }

  /** @returns undefined where it is known, or a promise of it @throws {LeaseLostError} later, if it can't be read */
  known(): Promise<void> | undefined {
    return this.isFresh ? undefined : this.readAgain();
  }

  /** The switch by which something may not begin, as far as it is known. */
  stopperOf(activity: Activity): ActiveSwitch | undefined {
    return this.state.switches.length === 0 ? undefined : stopperOf(this.state, activity);
  }

  /** The switch by which a run begins nothing more. */
  halterOf(run: {
    readonly workflow: string;
    readonly tenant?: string | undefined;
  }): ActiveSwitch | undefined {
    return this.state.switches.length === 0 ? undefined : halterOf(this.state, run);
  }

  /** @param target as `targetInWords` names it */
  isOn(target: string): boolean {
    return isOn(this.state, target);
  }

  /**
   * Whether a run may begin, or go on after its end. Undefined where it may, and that is known.
   * @throws {KillSwitchError} later, if it may not @throws {LeaseLostError} later, if that can't be read
   */
  assertMayStart(workflow: string, tenant: string | undefined): Promise<void> | undefined {
    return this.isClear ? undefined : this.assertMayBegin(startOf(workflow, tenant));
  }

  /** @throws {KillSwitchError} if it may not begin @throws {LeaseLostError} if that can't be read */
  async assertMayBegin(activity: Activity): Promise<void> {
    await this.known();
    const stopper = this.stopperOf(activity);
    if (stopper) throw killSwitchError(stopper, activity);
  }

  /** Called after each change, with what was read. The function given back ends it. */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Reads it, unless it is being read. Never rejects. @returns whether it could be read */
  async refresh(): Promise<boolean> {
    this.reading ??= this.read().finally(() => (this.reading = undefined));
    try {
      await this.reading;
      return true;
    } catch (error) {
      logSafely('warn', `The kill switch could not be read: ${errorText(error)}`);
      return false;
    }
  }

  /** Somebody has changed it: what is being read may be from before. Never rejects. */
  async changed(): Promise<void> {
    await this.reading?.catch(() => undefined);
    await this.refresh();
  }

  private async readAgain(): Promise<void> {
    // An answer that took too long, or came to a process that was frozen meanwhile, does not count.
    for (let attempt = 1; attempt <= mostReadings && (await this.refresh()); attempt++)
      if (this.isFresh) return;
    throw new LeaseLostError(
      `The kill switch could not be read for ${longestUnread} ms: nothing is performed until it can.`,
    );
  }

  private async read(): Promise<void> {
    const askedAt = this.monotonic();
    const state = await this.store.read();
    this.askedAt = Math.max(this.askedAt, askedAt);
    const { generation } = this.last;
    if (state.generation >= generation) this.last = state;
    if (state.generation > generation) for (const listener of this.listeners) listener();
  }
}

function startOf(workflow: string, tenant: string | undefined): Activity {
  return { kind: 'workflow', name: workflow, workflow, tenant, isOwnWork: false };
}

/** What a start is refused with, and a call where nothing can wait. */
export function killSwitchError(
  { target, mode, reason, by }: ActiveSwitch,
  activity: Activity,
): KillSwitchError {
  const stopped = targetInWords(target);
  return new KillSwitchError(
    `${activity.kind} ${activity.name} was not begun: the kill switch for ${stopped} is on (${mode}, by ${by}): ${reason}`,
    { details: { target: stopped, mode, reason } },
  );
}
