import type { ActiveSwitch, KillSwitchMode, KillSwitchState } from './kill-switch-state.js';
import type { SwitchTarget } from './kill-switch-target.js';

/** What was done to a switch, and by whom. */
export interface KillSwitchChange {
  /** Of the state after it. */
  readonly generation: number;
  readonly target: SwitchTarget;
  /** Null: it was lifted. */
  readonly mode: KillSwitchMode | null;
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
}

export interface KillSwitchChanges {
  /** Only those of this tenant. */
  readonly tenant?: string | undefined;
  readonly limit: number;
}

/** Where the switches are kept: one row that all processes read, and what was ever done to it. */
export abstract class KillSwitchStore {
  /** The state where this process is the only one: it needs not be read. */
  abstract readonly local: KillSwitchState | undefined;
  abstract read(): Promise<KillSwitchState>;
  /**
   * Changes the switches, and notes it, in one go. Runs that wait for a switch look again.
   * @param apply may be asked again, where somebody else has changed them meanwhile
   */
  abstract change(
    apply: (switches: readonly ActiveSwitch[]) => readonly ActiveSwitch[],
    change: Omit<KillSwitchChange, 'generation' | 'at'> & { readonly at: string },
  ): Promise<KillSwitchState>;
  /** The newest first. */
  abstract changes(listed: KillSwitchChanges): Promise<KillSwitchChange[]>;
}
