import type { DataSource } from 'typeorm';
import type { Clock } from '../../clock/index.js';
import { Batcher, nowPlus, Statements, type TableNames, tableNames } from '../../database/index.js';
import { errorText, logSafely } from '../../errors/index.js';
import { type AccountKey, accountKey, type Settlement } from '../../journal/index.js';
import { SerialQueue } from '../../values/index.js';
import { admit, summed } from './admit.js';
import {
  BudgetLedger,
  type Entries,
  type Entry,
  type Holding,
  limitOfOwner,
  type Raise,
  type RaiseFacts,
  type ReserveOutcome,
  type Standing,
  type StoredRaise,
} from './budget-ledger.js';
import { compareKeys } from './accounts.js';
import { chargeStatement, deadStatement, foldStatement } from './fold-statement.js';
import { openStatement, reserveStatement } from './reserve-statement.js';
import { standingStatement } from './standing-statement.js';
import {
  balanceOf,
  standingOf,
  type StoredReservation,
  type StoredStanding,
  takeOf,
  warnedBy,
} from './stored-standing.js';

interface Request {
  readonly workerId: string;
  readonly entries: Entries;
}

/** Calls that one statement may set something aside for. */
const largestBatch = 500;

/**
 * Budgets that many runs share, in PostgreSQL. What many calls of this process want is set aside by one statement; what they have
 * used is written with their outcomes, into rows of this process, and booked from there.
 */
export class TypeOrmBudgetLedger extends BudgetLedger {
  private readonly statements: Statements;
  private readonly tables: TableNames;
  private readonly requests = new Batcher<Request, ReserveOutcome>(
    (asked) => this.changes.run(() => this.reserveAll(asked)),
    largestBatch,
  );
  /** What is settled without a commit of the journal, and not on its way to the database. */
  private released: Settlement[] = [];
  private readonly workers = new Set<string>();
  private batches = 0;
  /** Statements that change budgets: one follows the other, so that their numbers tell which were performed. */
  private readonly changes = new SerialQueue();

  constructor(
    dataSource: DataSource,
    private readonly clock: Clock,
    /** Milliseconds after which a silent worker is dead. */
    private readonly timeout: number,
  ) {
    super();
    this.statements = new Statements(dataSource, clock);
    this.tables = tableNames(dataSource);
  }

  async reserve(workerId: string, entries: Entries): Promise<ReserveOutcome> {
    const [reserved] = await this.requests.request([{ workerId, entries }]);
    if (reserved) return reserved;
    throw new Error('one request has one answer: this is a bug in Nestor');
  }

  settle(settlements: readonly Settlement[]): void {
    this.released.push(...settlements);
  }

  /** Never rejects. */
  fold(): Promise<void> {
    return this.changes.run(() => this.foldOwn());
  }

  async reap(): Promise<void> {
    const { tables, timeout, clock } = this;
    const dead = await this.statements.run<{ id: string }>(deadStatement(tables, timeout, clock.offset()));
    if (dead.length === 0) return;
    const ids = dead.map(({ id }) => id);
    await this.statements.count(foldStatement(tables, ids));
    await this.statements.count(chargeStatement(tables, ids));
  }

  async standings(keys: readonly AccountKey[]): Promise<Standing[]> {
    if (keys.length === 0) return [];
    const rows = await this.statements.run<StoredStanding & { readonly lim: string }>(
      standingStatement(this.tables, keys),
    );
    return rows.map((row) => standingOf(row, Number(row.lim)));
  }

  async holdings({ owner, unit, window }: AccountKey): Promise<Holding[]> {
    const rows = await this.statements.run<{ id: string; amount: string }>({
      name: 'nestor_holdings',
      text: `SELECT worker_id AS id, reserved AS amount FROM ${this.tables.hold}
        WHERE owner = $1 AND unit = $2 AND "window" = $3 AND reserved > 0 ORDER BY reserved DESC`,
      values: [owner, unit, window],
    });
    return rows.map(({ id, amount }) => ({ workerId: id, amount: Number(amount) }));
  }

  async raise(owner: string, raises: readonly Raise[], facts: RaiseFacts): Promise<void> {
    const { budget, limit, budgetRaise } = this.tables;
    const { id, actor, reason = null, at } = facts;
    const kept = raises.map(({ limit: _, ...raise }) => raise);
    await this.statements.together(async (send) => {
      const first = await send({
        text: `INSERT INTO ${budgetRaise} (id, owner, raises, actor, reason, at)
          VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id`,
        values: [id, owner, JSON.stringify(kept), actor, reason, at],
      });
      // The answer to an attempt before this one was lost.
      if (first.length === 0) return;
      for (const { unit, window, amount, limit: configured } of raises)
        await send({
          text: `INSERT INTO ${budget} AS b (owner, unit, "window", lim, raised) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (owner, unit, "window") DO UPDATE SET raised = b.raised + excluded.raised, warned = false`,
          values: [owner, unit, window, configured, amount],
        });
      await send({
        text: `INSERT INTO ${limit} AS l (name, generation, changed_at) VALUES ($1, 1, ${nowPlus('$2::double precision')})
          ON CONFLICT (name) DO UPDATE SET generation = l.generation + 1, changed_at = excluded.changed_at`,
        values: [limitOfOwner(owner), this.clock.offset()],
      });
    });
  }

  async raisesOf(owner: string, limit: number): Promise<StoredRaise[]> {
    const rows = await this.statements.run<StoredRaise & { readonly stored: Date }>({
      name: 'nestor_budget_raises',
      text: `SELECT id, raises, actor, reason, at AS stored FROM ${this.tables.budgetRaise}
        WHERE owner = $1 ORDER BY at DESC, id DESC LIMIT $2`,
      values: [owner, limit],
    });
    return rows.map(({ stored, reason, ...row }) => ({
      ...row,
      reason: reason ?? undefined,
      at: stored.toISOString(),
    }));
  }

  async generations(limits: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.statements.run<{ name: string; generation: string }>({
      name: 'nestor_budget_generations',
      text: `SELECT name, generation FROM ${this.tables.limit} WHERE name = ANY($1::text[])`,
      values: [[...limits]],
    });
    return new Map(rows.map(({ name, generation }) => [name, Number(generation)]));
  }

  private async reserveAll(asked: readonly Request[]): Promise<readonly ReserveOutcome[]> {
    const answers = new Map<Request, ReserveOutcome>();
    for (const workerId of new Set(asked.map((one) => one.workerId))) {
      this.workers.add(workerId);
      const own = asked.filter((one) => one.workerId === workerId);
      for (const [request, answer] of await this.reserveFor(workerId, own)) answers.set(request, answer);
    }
    return asked.flatMap((one) => answers.get(one) ?? []);
  }

  /** All at once where all of it fits; else those that fit, one after the other. */
  private async reserveFor(
    workerId: string,
    asked: readonly Request[],
  ): Promise<Map<Request, ReserveOutcome>> {
    const answers = new Map<Request, ReserveOutcome>();
    let open = asked;
    let isFolded = false;
    while (open.length > 0) {
      const entries = summed(open.map((one) => one.entries)).toSorted(compareKeys);
      const rows = await this.send(workerId, entries);
      const missing = rows.filter(({ used }) => used === null);
      const [{ ok = false, done = false } = {}] = rows;
      if (ok || done) {
        const warned = ok ? warnedBy(rows, entries) : [];
        for (const one of open)
          answers.set(one, { outcome: 'reserved', warned: takeOf(warned, one.entries) });
        break;
      }
      if (missing.length > 0) await this.statements.count(openStatement(this.tables, missing));
      else if (isFolded) open = refuse(open, rows, answers);
      else {
        // What this process has used is not booked yet, perhaps, and its estimate still counts.
        isFolded = true;
        await this.foldOwn();
      }
    }
    return answers;
  }

  private send(workerId: string, entries: readonly Entry[]): Promise<StoredReservation[]> {
    const batch = { workerId, number: ++this.batches };
    return this.statements.run<StoredReservation>(reserveStatement(this.tables, batch, entries));
  }

  private async foldOwn(): Promise<void> {
    for (const workerId of this.workers) {
      const settlements = this.released.filter((one) => one.workerId === workerId);
      this.released = this.released.filter((one) => one.workerId !== workerId);
      const batch = { workerId, number: ++this.batches };
      const released = settlements.length === 0 ? undefined : { batch, settlements };
      try {
        await this.statements.count(foldStatement(this.tables, [workerId], released));
      } catch (error) {
        // Perhaps it was booked: to hand it in again could free more than is held. What is held counts at its estimate.
        logSafely('warn', `What calls have used could not be booked in their budgets: ${errorText(error)}`);
      }
    }
  }
}

/** @returns those that still fit, to be asked for again; the answers of the others are noted */
function refuse(
  open: readonly Request[],
  rows: readonly StoredReservation[],
  answers: Map<Request, ReserveOutcome>,
): Request[] {
  const stored = new Map(rows.map((row) => [accountKey(row), row]));
  const decided = admit(
    open.map((one) => one.entries),
    (key) => balanceOf(stored.get(accountKey(key))),
  );
  return open.filter((one, index) => {
    const decision = decided[index];
    if (decision?.outcome !== 'refused') return true;
    const row = stored.get(accountKey(decision.by));
    const limit = one.entries.find((entry) => accountKey(entry) === accountKey(decision.by))?.limit ?? 0;
    if (row) answers.set(one, { outcome: 'refused', standing: standingOf(row, limit) });
    return false;
  });
}
