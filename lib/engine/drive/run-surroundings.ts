import { killSwitchLimit } from '../../database/index.js';
import { limitOf } from '../../gate/index.js';
import type { CommitEffects, InboxMessage } from '../../journal/index.js';
import type {
  ConcurrencyLimiter,
  KillSwitches,
  OpenReviewLimits,
  SharedBudgets,
} from '../../limits/index.js';
import {
  activations,
  doneBySystem,
  limitWaitsOf,
  type RecordDraft,
  type RunState,
  tenantOfRun,
  type Wait,
} from '../../workflow/index.js';
import type { HeldRun } from '../held-run/held-run.js';
import type { RunPrincipals } from './run-principals.js';

/** What is around a run that is driven: limits that hold for many, and whether its principal is still there. */
export class RunSurroundings {
  constructor(
    private readonly killSwitches: KillSwitches,
    private readonly budgets: Pick<SharedBudgets, 'generations'>,
    private readonly reviews: Pick<OpenReviewLimits, 'room'>,
    private readonly calls: Pick<ConcurrencyLimiter, 'room'>,
    private readonly principals: RunPrincipals,
    private readonly workerId: () => string,
  ) {}

  /**
   * Looked at before each turn; what can have changed only while nobody held the run, before the first.
   * @returns records of what was found; undefined where nothing has to be looked at, which is the usual case
   * @throws {LeaseLostError} later, if the kill switch can't be read
   */
  look(
    run: Pick<HeldRun, 'state' | 'now' | 'isOpening'>,
    messages: readonly InboxMessage[],
  ): Promise<readonly RecordDraft[]> | undefined {
    const unknown = this.killSwitches.known();
    const { state } = run;
    const asks = this.principals.isAsked && run.isOpening && state.seq > 1;
    if (!unknown && !state.isLimited && !asks) return undefined;
    const found = async () => [
      ...(state.isLimited ? await this.eased(run) : []),
      ...(asks ? await this.principals.pauseOf(state, messages, run.now()) : []),
    ];
    return unknown ? unknown.then(found) : found();
  }

  /** What a run waits for that begins nothing more by the kill switch. */
  haltOf({ created, seq }: RunState): Wait | undefined {
    const { workflow } = created;
    const halter = this.killSwitches.halterOf({ workflow, tenant: tenantOfRun(created) });
    if (!halter) return undefined;
    const { generation } = this.killSwitches.state;
    return { for: 'killswitch', limit: limitOf(halter), generation, since: seq };
  }

  /** How a run is given back. @param until when the first of its times is reached, in milliseconds since the epoch */
  releaseOf(until: number | undefined, waits: readonly Wait[]): NonNullable<CommitEffects['release']> {
    const waitsFor = limitsOf(waits, this.killSwitches.state.generation);
    return {
      wakeAt: until === undefined ? null : new Date(until).toISOString(),
      ...(waitsFor ? { waitsFor } : {}),
    };
  }

  /** Records of the limits that a run waits for and that do not stop it any more. */
  private async eased(run: Pick<HeldRun, 'state' | 'now' | 'isOpening'>): Promise<readonly RecordDraft[]> {
    const waits = [...activations(run.state)].flatMap(({ activation }) => limitWaitsOf(activation));
    const shared = waits.filter((wait) => wait.for === 'budget').map(({ limit }) => limit);
    const generations = shared.length > 0 ? await this.budgets.generations(shared) : undefined;
    const on = new Set(this.killSwitches.state.switches.map(limitOf));
    const eased = waits.filter((wait) =>
      wait.for === 'killswitch'
        ? !on.has(wait.limit)
        : wait.for === 'budget' && (generations?.get(wait.limit) ?? 0) > wait.generation,
    );
    return [
      ...[...new Set(eased.map(({ limit }) => limit))].map((limit) => ({ limit })),
      ...(await this.roomFor(run, waits)),
    ].map((payload) => doneBySystem(this.workerId(), run.now(), 'limit.eased', payload));
  }

  /** Limits of open reviews, and of calls in flight, that have room, and for how many. */
  private async roomFor({ state, isOpening }: Pick<HeldRun, 'state' | 'isOpening'>, waits: readonly Wait[]) {
    const { runId, created, reviews } = state;
    const limitsFor = (kind: Wait['for']) =>
      new Set(waits.flatMap((wait) => ('limit' in wait && wait.for === kind ? [wait.limit] : [])));
    const owner = { runId, tenant: tenantOfRun(created), user: created.principal?.id };
    const rooms = new Map<string, number>();
    for (const limit of limitsFor('reviews'))
      rooms.set(limit, await this.reviews.room(limit, owner, reviews));
    // One that was just taken up was woken to try, most probably. One that is held would try again and again.
    if (isOpening)
      for (const limit of limitsFor('calls')) rooms.set(limit, Math.max(1, await this.calls.room(limit)));
    return [...rooms]
      .filter(([, room]) => room > 0)
      .map(([limit, room]) => (Number.isFinite(room) ? { limit, count: room } : { limit }));
  }
}

/**
 * By name of the limit as others change it: the generation that stops a run.
 * @param switches that of the kill switch, as it was looked at: what it has stopped before, it still stops
 */
function limitsOf(waits: readonly Wait[], switches: number): Readonly<Record<string, number>> | undefined {
  const generations: Record<string, number> = {};
  for (const wait of waits) {
    if (!('limit' in wait)) continue;
    if (wait.for === 'killswitch') generations[killSwitchLimit] = Math.max(wait.generation, switches);
    else generations[wait.limit] = Math.min(wait.generation, generations[wait.limit] ?? Infinity);
  }
  return Object.keys(generations).length === 0 ? undefined : generations;
}
