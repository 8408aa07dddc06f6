import { killSwitchLimit } from '../../database/index.js';
import type { MemoryStore } from '../../journal/index.js';
import type { ActiveSwitch, KillSwitchState } from './kill-switch-state.js';
import { type KillSwitchChange, type KillSwitchChanges, KillSwitchStore } from './kill-switch-store.js';

/** The switches where there is no database. */
export class MemoryKillSwitchStore extends KillSwitchStore {
  constructor(private readonly store: MemoryStore) {
    super();
  }

  get local(): KillSwitchState {
    const { generation = 0, value = [] } = this.store.limits.get(killSwitchLimit) ?? {};
    // Nothing else is kept under this name.
    return { generation, switches: value as readonly ActiveSwitch[] };
  }

  async read(): Promise<KillSwitchState> {
    return this.local;
  }

  async change(
    apply: (switches: readonly ActiveSwitch[]) => readonly ActiveSwitch[],
    change: Omit<KillSwitchChange, 'generation' | 'at'> & { readonly at: string },
  ): Promise<KillSwitchState> {
    const { generation, switches } = this.local;
    this.store.limits.set(killSwitchLimit, { generation: generation + 1, value: apply(switches) });
    this.store.switchChanges.push({ ...change, generation: generation + 1, at: new Date(change.at) });
    return this.local;
  }

  async changes({ tenant, limit }: KillSwitchChanges): Promise<KillSwitchChange[]> {
    // As they were put there.
    const changes = this.store.switchChanges as readonly KillSwitchChange[];
    return changes
      .filter(({ target }) => tenant === undefined || target.tenant === tenant)
      .toReversed()
      .slice(0, limit);
  }
}
