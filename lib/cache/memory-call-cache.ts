import type { Clock } from '../clock/index.js';
import type { MemoryStore } from '../journal/index.js';
import { type CacheEntry, type CacheFilter, type CacheStats, CallCache } from './cache-entry.js';

interface Kept {
  readonly entry: CacheEntry;
  readonly bytes: number;
  readonly expiresAt: number;
}

/** Results where there is no database. */
export class MemoryCallCache extends CallCache {
  constructor(
    private readonly store: MemoryStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** The oldest first: what this class has put there. */
  private get kept(): Map<string, Kept> {
    return this.store.cached as Map<string, Kept>;
  }

  async get(key: string): Promise<CacheEntry | undefined> {
    const kept = this.kept.get(key);
    return kept && kept.expiresAt > this.clock.now() ? kept.entry : undefined;
  }

  async put(entry: CacheEntry, ttl: number): Promise<void> {
    const bytes = Buffer.byteLength(JSON.stringify(entry.result), 'utf8');
    this.kept.delete(entry.key);
    this.kept.set(entry.key, { entry, bytes, expiresAt: this.clock.now() + ttl });
  }

  async clear(filter: CacheFilter): Promise<number> {
    return this.remove(({ entry }) => matches(entry, filter));
  }

  async removeOf(tenant: string, person: string): Promise<number> {
    const isOfPerson = ({ scope, owner, runId }: CacheEntry) =>
      (scope === 'user' && owner === person) || this.store.runs.get(runId)?.row.principal?.id === person;
    return this.remove(({ entry }) => entry.tenant === tenant && isOfPerson(entry));
  }

  async removeOrphans(): Promise<number> {
    return this.remove(({ entry }) => !this.store.runs.has(entry.runId));
  }

  async stats(tenant: string | undefined): Promise<CacheStats> {
    const now = this.clock.now();
    const there = [...this.kept.values()].filter(
      ({ entry, expiresAt }) => expiresAt > now && (tenant === undefined || entry.tenant === tenant),
    );
    return { entries: there.length, bytes: there.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  async removeExpired(limit: number): Promise<number> {
    const now = this.clock.now();
    let left = limit;
    return this.remove(({ expiresAt }) => expiresAt <= now && left-- > 0);
  }

  async trim(most: number): Promise<number> {
    let over = [...this.kept.values()].reduce((sum, { bytes }) => sum + bytes, 0) - most;
    return this.remove(({ bytes }) => {
      const goes = over > 0;
      if (goes) over -= bytes;
      return goes;
    });
  }

  private remove(goes: (kept: Kept) => boolean): number {
    let gone = 0;
    for (const [key, kept] of this.kept) if (goes(kept)) gone += Number(this.kept.delete(key));
    return gone;
  }
}

function matches(entry: CacheEntry, { tenant, user, kind, name, runId }: CacheFilter): boolean {
  return (
    (tenant === undefined || entry.tenant === tenant) &&
    (user === undefined || (entry.scope === 'user' && entry.owner === user)) &&
    (kind === undefined || entry.kind === kind) &&
    (name === undefined || entry.name === name) &&
    (runId === undefined || entry.runId === runId)
  );
}
