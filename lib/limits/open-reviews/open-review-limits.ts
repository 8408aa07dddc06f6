import type { Clock } from '../../clock/index.js';
import { SerialQueue } from '../../values/index.js';
import type { WaitingRuns } from '../waiting-runs/index.js';
import type { OpenReviewCounts, OpenReviewScope, ReviewOwner } from './open-review-counts.js';

/** How many reviews may be open at once. */
export interface OpenReviewMaximums {
  /** Of one run. @default 1000 */
  readonly run?: number | undefined;
  /** Of all runs of one principal. @default no limit */
  readonly user?: number | undefined;
  /** Of all runs of one tenant. @default no limit */
  readonly tenant?: number | undefined;
}

/** The reviews that are open in the run itself, by their ids, as they are at any time. */
type OpenOfRun = Pick<ReadonlyMap<string, unknown>, 'keys'>;

/** A review that was let in and is not on disk yet. */
interface Announced {
  readonly owner: ReviewOwner;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const usualOfRun = 1_000;
/** Milliseconds after which a review that was let in and did not come to disk is taken to have been lost with its run. */
const arrival = 60_000;
/** Most runs of one limit and tenant that one look wakes. */
const mostAtOnce = 100;

/**
 * How many questions may wait for people. What this process has let in counts at once; what other processes let in at the same
 * moment counts once it is on disk, so that a limit may be exceeded by as many as they ask within some milliseconds.
 */
export class OpenReviewLimits {
  private readonly maximums: ReadonlyMap<OpenReviewScope, number>;
  private readonly announced = new Map<string, Announced>();
  private readonly queue = new SerialQueue();

  constructor(
    { run = usualOfRun, user, tenant }: OpenReviewMaximums,
    private readonly counts: OpenReviewCounts,
    private readonly waiting: WaitingRuns,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    const all: readonly [OpenReviewScope, number | undefined][] = [
      ['run', run],
      ['user', user],
      ['tenant', tenant],
    ];
    this.maximums = new Map(all.flatMap(([scope, most]) => (most === undefined ? [] : [[scope, most]])));
  }

  /**
   * Lets a review in, if there is room for it.
   * @returns the limit that has no room; undefined where it was let in
   */
  take(reviewId: string, owner: ReviewOwner, openOfRun: OpenOfRun): Promise<OpenReviewLimit | undefined> {
    return this.queue.run(async () => {
      this.forgetLost();
      for (const [scope, most] of this.maximums) {
        const room = await this.roomOf(scope, owner, openOfRun);
        if (room <= 0) return { scope, name: nameOf(scope, owner), most };
      }
      this.announced.set(reviewId, { owner, at: this.clock.now() });
      return undefined;
    });
  }

  /** For how many more there is room, by the name of a limit. */
  async room(name: string, owner: ReviewOwner, openOfRun: OpenOfRun): Promise<number> {
    const scope = [...this.maximums.keys()].find((one) => nameOf(one, owner) === name);
    // It holds no more.
    if (scope === undefined) return Infinity;
    return this.queue.run(() => this.roomOf(scope, owner, openOfRun));
  }

  /** Makes as many runs due as there is room for. Looks again and again: what was woken may not ask after all. */
  async wake(): Promise<void> {
    const waiting = await this.waiting.list(reviewLimits, mostAtOnce);
    const rooms = new Map<string, number>();
    const woken: string[] = [];
    for (const { limit, ...owner } of waiting) {
      const scope = scopeOfReviewLimit(limit);
      if (!scope) continue;
      const key = limitKeyOf(scope, owner);
      const room = rooms.get(key) ?? (await this.storedRoom(scope, owner));
      rooms.set(key, room - 1);
      if (room > 0) woken.push(owner.runId);
    }
    if (woken.length > 0) await this.waiting.wake(woken);
  }

  private storedRoom(scope: OpenReviewScope, owner: ReviewOwner): Promise<number> {
    if (!this.maximums.has(scope)) return Promise.resolve(Infinity);
    return this.queue.run(async () => {
      const most = this.maximums.get(scope) ?? Infinity;
      return most - (await this.openOf(scope, owner));
    });
  }

  private async roomOf(scope: OpenReviewScope, owner: ReviewOwner, openOfRun: OpenOfRun): Promise<number> {
    const most = this.maximums.get(scope) ?? Infinity;
    if (scope === 'run') {
      // What the run knows of itself is what is on disk, or will be: only where that is all there is room for has the disk to say
      // what has become of the others, and meanwhile they may have become the run's.
      const taken = () => new Set([...openOfRun.keys(), ...this.announcedOf(scope, owner)]).size;
      if (taken() >= most && this.announcedOf(scope, owner).length > 0) await this.openOf(scope, owner);
      return most - taken();
    }
    if (owner[scope] === undefined) return Infinity;
    return most - (await this.openOf(scope, owner));
  }

  private async openOf(scope: OpenReviewScope, owner: ReviewOwner): Promise<number> {
    const announced = this.announcedOf(scope, owner);
    const { open, stored } = await this.counts.count(scope, owner, announced);
    for (const id of stored) this.announced.delete(id);
    return open + announced.length - stored.length;
  }

  private announcedOf(scope: OpenReviewScope, owner: ReviewOwner): readonly string[] {
    return [...this.announced].flatMap(([id, one]) => (isOf(scope, one.owner, owner) ? [id] : []));
  }

  private forgetLost(): void {
    const before = this.clock.now() - arrival;
    for (const [id, { at }] of this.announced) if (at < before) this.announced.delete(id);
  }
}

/** A limit that has no room. */
export interface OpenReviewLimit {
  readonly scope: OpenReviewScope;
  /** As waits name it. */
  readonly name: string;
  readonly most: number;
}

/** What the names of these limits begin with. */
const reviewLimits = 'open reviews of ';

const scopes = ['run', 'user', 'tenant'] as const satisfies readonly OpenReviewScope[];

/** `open reviews of tenant acme`. */
function nameOf(scope: OpenReviewScope, owner: ReviewOwner): string {
  return `${reviewLimits}${scope} ${scope === 'run' ? owner.runId : (owner[scope] ?? '')}`;
}

/** What a limit is for, by its name in a wait; undefined if it is another limit's. */
function scopeOfReviewLimit(name: string): OpenReviewScope | undefined {
  return scopes.find((scope) => name.startsWith(`${reviewLimits}${scope} `));
}

/** The same for all runs that wait for one limit. */
function limitKeyOf(scope: OpenReviewScope, { runId, tenant, user }: ReviewOwner): string {
  return JSON.stringify([scope, scope === 'run' ? runId : tenant, scope === 'user' ? user : undefined]);
}

function isOf(scope: OpenReviewScope, one: ReviewOwner, other: ReviewOwner): boolean {
  return limitKeyOf(scope, one) === limitKeyOf(scope, other);
}
