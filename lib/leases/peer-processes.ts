/**
 * What processes on one database tell one another of a run, after the commit that it is about:
 * `claimable` – a worker should claim it; `inbox` – there is a message in its inbox; `status` – it has begun, ended or waits.
 */
export type NotificationKind = 'claimable' | 'inbox' | 'status';

/**
 * `limits`: a limit that holds for many runs was changed, the kill switch among them.
 * `missed`: for a while nothing could be heard, so anything may have happened.
 */
export type PeerNotification =
  { readonly kind: NotificationKind; readonly runId: string } | { readonly kind: 'limits' | 'missed' };

/** The other processes on the same database. What they say are hints: they may be lost, doubled or come late. */
export abstract class PeerProcesses {
  private readonly listeners = new Set<(news: PeerNotification) => void>();
  private readonly watchers = new Map<string, Set<() => void>>();

  /** Never throws, and waits for nobody. */
  abstract notify(kind: NotificationKind, runIds: readonly string[]): void;
  /** A limit that holds for many runs was changed. Never throws, and waits for nobody. */
  abstract notifyOfLimits(): void;
  /** Whether news of others would be heard just now; if not, who waits for something has to look for itself. */
  abstract get isListening(): boolean;

  /** All news. The function given back ends it. */
  listen(listener: (news: PeerNotification) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** News of one run. The function given back ends it. */
  watch(runId: string, watcher: () => void): () => void {
    const watchers = this.watchers.get(runId) ?? new Set();
    this.watchers.set(runId, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.watchers.get(runId) === watchers) this.watchers.delete(runId);
    };
  }

  protected receive(news: PeerNotification): void {
    for (const listener of this.listeners) listener(news);
    if (news.kind === 'limits') return;
    const watched = 'runId' in news ? [this.watchers.get(news.runId) ?? []] : this.watchers.values();
    for (const watchers of watched) for (const watcher of watchers) watcher();
  }
}

/** Where this process is the only one. */
export class NoPeers extends PeerProcesses {
  readonly isListening = true;
  notify(): void {}
  notifyOfLimits(): void {}
}
