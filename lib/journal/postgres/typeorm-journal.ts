import type { DataSource, EntityManager } from 'typeorm';
import type { Clock } from '../../clock/index.js';
import { Batcher, isDataError, Statements, type TableNames, tableNames } from '../../database/index.js';
import { RunNotFoundError } from '../../errors/index.js';
import type { RunRecord } from '../../workflow/index.js';
import {
  recordSelection,
  runOf,
  runSelection,
  type StoredRecordRow,
  storedRecordOf,
  type StoredRun,
} from './columns.js';
import { messageColumns } from './commit-outgoing.js';
import { createdOf } from '../created-of.js';
import { createStatement, type ExistingRun, existingStatement } from './create-statement.js';
import { closableTransaction } from './closable-transaction.js';
import { FailPoints, NoFailPoints } from '../fail-points.js';
import { FencedTransaction, GroupCommit, unreachable } from './group-commit.js';
import { HeldJournal, type WaitingAppend } from './held-journal.js';
import { inboxStatement, messageOf, postStatement, type StoredMessage } from './inbox-statements.js';
import type { InboxMessage, PostedMessage } from '../inbox-message.js';
import {
  type Append,
  type Appended,
  type Created,
  type OpenedRun,
  Journal,
  type NewRun,
  type Page,
  type RunFilter,
  type RunRow,
} from '../journal.js';
import type { JournalOptions } from '../journal-options.js';
import { listRunsStatement } from './list-statement.js';
import { prepareRun, type PreparedRun } from '../new-run.js';
import { runPageOf, runPageSize } from '../run-page.js';
import { recordLimit, hashDraft } from '../chain/hashed-draft.js';

/** Runs that are read at once. */
const largestOpening = 100;

/** Runs that one statement may insert. */
const largestCreation = 1_000;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The journal in PostgreSQL, behind the host's TypeORM data source. */
export class TypeOrmJournal extends Journal {
  private readonly statements: Statements;
  private readonly tables: TableNames;
  private readonly held = new Map<string, HeldJournal>();
  private readonly commits: GroupCommit;
  private readonly openings = new Batcher(
    (runIds: readonly string[]) => this.openAll(runIds),
    largestOpening,
  );
  private readonly creations = new Batcher(
    (runs: readonly PreparedRun[]) => this.createAll(runs),
    largestCreation,
  );
  private readonly limit: number;
  private readonly faults: FailPoints;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    options: JournalOptions = {},
  ) {
    super();
    this.statements = new Statements(dataSource, clock);
    this.tables = tableNames(dataSource);
    this.limit = options.recordLimit ?? recordLimit;
    this.faults = options.faults ?? new NoFailPoints();
    this.commits = new GroupCommit(this.statements, this.tables, this.faults, () => clock.offset());
  }

  async create(runs: readonly NewRun[]): Promise<Created[]> {
    const prepared = runs.map((run) => prepareRun(run, this.limit));
    const created = await this.creations.request(prepared);
    await this.faults.reach('create');
    return [...created];
  }

  private async createAll(prepared: readonly PreparedRun[]): Promise<Created[]> {
    const once = [...new Map(prepared.toReversed().map((run) => [run.row.id, run])).values()];
    const inserted = new Set(await this.insert(once));
    const rest = prepared.filter((run) => !(inserted.has(run.row.id) && once.includes(run)));
    const existing = rest.length === 0 ? [] : await this.existing(rest);
    const created = prepared.map((run) => createdOf(run, rest.includes(run), existing));
    for (const one of created) if (one.outcome === 'created' && one.held) this.hold(one.held.row);
    return created;
  }

  async open(runId: string): Promise<OpenedRun> {
    const [opened] = await this.openings.request([runId]);
    if (!opened) throw new RunNotFoundError(`There is no run ${runId}`);
    this.hold(opened.row);
    return opened;
  }

  private async openAll(runIds: readonly string[]): Promise<(OpenedRun | undefined)[]> {
    const values = [[...runIds]];
    const rows = await this.statements.run<StoredRun>({
      name: 'nestor_open',
      text: `SELECT ${runSelection} FROM ${this.tables.run} r WHERE id = ANY($1::uuid[])`,
      values,
    });
    const records = await this.statements.run<StoredRecordRow>({
      name: 'nestor_open_records',
      text: `SELECT ${recordSelection} FROM ${this.tables.record} WHERE run_id = ANY($1::uuid[]) ORDER BY run_id, seq`,
      values,
    });
    const byRun = new Map<string, RunRecord[]>(rows.map(({ id }) => [id, []]));
    for (const record of records) byRun.get(record.run_id)?.push(storedRecordOf(record));
    const opened = new Map(
      rows.map(runOf).map((row) => [row.id, { row, records: byRun.get(row.id)?.slice(0, row.seq) ?? [] }]),
    );
    return runIds.map((runId) => opened.get(runId));
  }

  private hold({ id, seq, headHash }: RunRow): void {
    this.held.set(id, new HeldJournal(id, { seq, hash: headHash }));
  }

  close(runId: string): void {
    this.held.delete(runId);
  }

  async append(append: Append): Promise<Appended> {
    const hashed = append.records.map((draft) => hashDraft(append.runId, draft, this.limit));
    const held = this.held.get(append.runId);
    if (!held || held.closed) return 'fenced';
    return new Promise((resolve, reject) => {
      held.push({ append, hashed, resolve, reject });
      this.commits.add(held);
    });
  }

  async transact(runId: string, work: (manager: EntityManager) => Promise<Append>): Promise<Appended> {
    const held = this.held.get(runId);
    if (!held || held.closed) return 'fenced';
    await held.exclusive();
    try {
      return await this.commitWith(held, work);
    } finally {
      held.busy = false;
      this.commits.add(held);
    }
  }

  private async commitWith(
    held: HeldJournal,
    work: (manager: EntityManager) => Promise<Append>,
  ): Promise<Appended> {
    if (held.closed) return 'fenced';
    let waiting: WaitingAppend[] = [];
    let isFencing = false;
    let own: WaitingAppend | undefined;
    const { end } = held;
    try {
      await this.dataSource.transaction('READ COMMITTED', async (manager) => {
        const transaction = closableTransaction(manager, held.runId);
        const append = await work(manager).finally(() => transaction.close());
        const hashed = append.records.map((draft) => hashDraft(append.runId, draft, this.limit));
        own = { append, hashed, resolve: () => undefined, reject: () => undefined };
        held.push(own);
        isFencing = true;
        await this.faults.reach('append.before');
        waiting = await this.commits.within(held, ({ text, values }) => transaction.query(text, [...values]));
      });
      await this.faults.reach('append.after');
    } catch (error) {
      // Before the fence it is the work's own failure, and nothing of the run was touched.
      if (!isFencing) throw error;
      // Refused for what it holds, at the latest by a deferred constraint: rolled back, and the run is still ours.
      if (own && isDataError(error)) {
        held.rewind(end, waiting);
        held.remove(own);
        throw error;
      }
      const others = [...waiting, ...held.drain()];
      if (error instanceof FencedTransaction) {
        for (const { resolve } of others) resolve('fenced');
        return 'fenced';
      }
      const lost = unreachable(held.runId, error);
      for (const { reject } of others) reject(lost);
      throw lost;
    }
    for (const { resolve } of waiting) resolve('ok');
    return 'ok';
  }

  async post(runId: string, message: PostedMessage): Promise<boolean> {
    if (!uuid.test(runId)) return false;
    await this.faults.reach('inbox');
    const rows = await this.statements.run(
      postStatement(this.tables, messageColumns, { runId, message }, this.clock.offset()),
    );
    return rows.length > 0;
  }

  async inbox(runId: string): Promise<InboxMessage[]> {
    const rows = await this.statements.run<StoredMessage>(inboxStatement(this.tables, runId));
    return rows.map(messageOf);
  }

  async find(runId: string): Promise<RunRow | undefined> {
    if (!uuid.test(runId)) return undefined;
    const [row] = await this.statements.run<StoredRun>({
      name: 'nestor_find',
      text: `SELECT ${runSelection} FROM ${this.tables.run} r WHERE id = $1`,
      values: [runId],
    });
    return row && runOf(row);
  }

  async read(runId: string, afterSeq = 0): Promise<RunRecord[]> {
    if (!uuid.test(runId)) return [];
    const rows = await this.statements.run<StoredRecordRow>({
      name: 'nestor_read',
      text: `SELECT ${recordSelection} FROM ${this.tables.record} WHERE run_id = $1 AND seq > $2 ORDER BY seq`,
      values: [runId, afterSeq],
    });
    return rows.map(storedRecordOf);
  }

  async list(filter: RunFilter): Promise<Page<RunRow>> {
    const rows = await this.statements.run<StoredRun>(listRunsStatement(this.tables, filter));
    return runPageOf(rows.map(runOf), runPageSize(filter));
  }

  private async insert(runs: readonly PreparedRun[]): Promise<string[]> {
    if (runs.length === 0) return [];
    const statement = createStatement(this.tables, runs, this.clock.offset());
    return (await this.statements.run<{ id: string }>(statement)).map(({ id }) => id);
  }

  private existing(runs: readonly PreparedRun[]): Promise<ExistingRun[]> {
    return this.statements.run<ExistingRun>(existingStatement(this.tables, runs));
  }
}
