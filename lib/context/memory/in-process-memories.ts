import type { Clock } from '../../clock/index.js';
import type { MemoryStore } from '../../journal/index.js';
import { newestPage, type Page } from '../../values/index.js';
import { Memories, type MemoryListing, type MemoryPlace, type WrittenMemory } from './memories.js';
import type { Memory } from './memory.js';

interface Kept {
  readonly place: MemoryPlace;
  readonly memory: Memory;
}

/** Memories where there is no database. */
export class InProcessMemories extends Memories {
  constructor(
    private readonly store: MemoryStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** What this class has put there. */
  private get kept(): Map<string, Kept> {
    return this.store.memories as Map<string, Kept>;
  }

  async put({ tenant, scope, owner, expiresIn, ...written }: WrittenMemory): Promise<void> {
    const now = this.clock.now();
    const memory: Memory = {
      ...written,
      scope,
      ...(owner === '' ? {} : { owner }),
      rememberedAt: new Date(now),
      ...(expiresIn === undefined ? {} : { expiresAt: new Date(now + expiresIn) }),
    };
    this.kept.delete(written.id);
    this.kept.set(written.id, { place: { tenant, scope, owner }, memory });
  }

  async list(asked: MemoryListing): Promise<Page<Memory>> {
    const all = this.there()
      .filter(({ place, memory }) => isSame(place, asked) && memory.about === (asked.about ?? memory.about))
      .map(({ memory }) => memory);
    return newestPage(all, asked, ({ rememberedAt, id }) => ({ at: rememberedAt.toISOString(), id }));
  }

  async find(tenant: string, id: string): Promise<Memory | undefined> {
    return this.there().find(({ place, memory }) => place.tenant === tenant && memory.id === id)?.memory;
  }

  async remove(tenant: string, id: string): Promise<boolean> {
    return (await this.find(tenant, id)) !== undefined && this.kept.delete(id);
  }

  async removeAbout(where: MemoryPlace | Pick<MemoryPlace, 'tenant'>, about: string): Promise<number> {
    return this.removeWhere(
      ({ place, memory }) =>
        place.tenant === where.tenant &&
        memory.about === about &&
        (!('scope' in where) || isSame(place, where)),
    );
  }

  async removeOf(tenant: string, person: string): Promise<number> {
    return this.removeWhere(
      ({ place, memory }) =>
        place.tenant === tenant &&
        (memory.about === person || (place.scope === 'user' && place.owner === person)),
    );
  }

  async removeExpired(limit: number): Promise<number> {
    const there = new Set(this.there());
    const gone = [...this.kept].filter(([, kept]) => !there.has(kept)).slice(0, limit);
    for (const [id] of gone) this.kept.delete(id);
    return gone.length;
  }

  private removeWhere(goes: (kept: Kept) => boolean): number {
    const gone = [...this.kept].filter(([, kept]) => goes(kept));
    for (const [id] of gone) this.kept.delete(id);
    return gone.length;
  }

  private there(): readonly Kept[] {
    const now = this.clock.now();
    return [...this.kept.values()].filter(
      ({ memory: { expiresAt } }) => !expiresAt || expiresAt.getTime() > now,
    );
  }
}

function isSame(a: MemoryPlace, b: MemoryPlace): boolean {
  return a.tenant === b.tenant && a.scope === b.scope && a.owner === b.owner;
}
