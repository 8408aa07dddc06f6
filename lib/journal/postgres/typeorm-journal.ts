import type { Page } from '../../values/index.js';
import type { DataSource, EntityManager } from 'typeorm';
import type { Clock } from '../../clock/index.js';
import { isDataError, Statements, type TableNames, tableNames } from '../../database/index.js';
import { RunNotFoundError } from '../../errors/index.js';
import type { Visibility } from '../../scope/index.js';
import type { RunRecord } from '../../workflow/index.js';
import { messageColumns } from './commit/commit-outgoing.js';
import { closableTransaction } from './closable-transaction.js';
import { FailPoints, NoFailPoints } from '../fail-points.js';
import { FencedTransaction, GroupCommit, unreachable } from './commit/group-commit.js';
import { HeldJournal, type WaitingAppend } from './commit/held-journal.js';
import { inboxStatement, messageOf, postStatement, type StoredMessage } from './inbox-statements.js';
import type { InboxMessage, PostedMessage } from '../inbox-message.js';
import {
  type Append,
  type Appended,
  type Created,
  type OpenedRun,
  Journal,
  type NewRun,
  type RunFilter,
  type RunRow,
} from '../journal.js';
import type { JournalOptions } from '../journal-options.js';
import { prepareRun } from '../new-run.js';
import { RunCreation } from './run-creation.js';
import { shapedBySql } from './shaped-by.js';
import { RunReads } from './run-reads.js';
import { canonicalId } from '../../values/index.js';
import { recordLimit, hashDraft } from '../chain/hashed-draft.js';

/** The journal in PostgreSQL, behind the host's TypeORM data source. */
export class TypeOrmJournal extends Journal {
  private readonly statements: Statements;
  private readonly tables: TableNames;
  private readonly held = new Map<string, HeldJournal>();
  private readonly commits: GroupCommit;
  private readonly creation: RunCreation;
  private readonly reads: RunReads;
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
    const ports = {
      statements: this.statements,
      tables: this.tables,
      faults: this.faults,
      offset: () => clock.offset(),
      instrumentation: options.instrumentation,
    };
    this.commits = new GroupCommit(ports);
    this.creation = new RunCreation(ports);
    this.reads = new RunReads(this.statements, this.tables);
  }

  async create(runs: readonly NewRun[]): Promise<Created[]> {
    const prepared = runs.map((run) => prepareRun(run, this.limit));
    const created = await this.creation.create(prepared);
    for (const one of created) if (one.outcome === 'created' && one.held) this.hold(one.held.row);
    await this.faults.reach('create');
    return [...created];
  }

  async open(runId: string): Promise<OpenedRun> {
    const opened = await this.reads.open(runId);
    if (!opened) throw new RunNotFoundError(`There is no run ${runId}`);
    this.hold(opened.row);
    return opened;
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
      held.settle();
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
        await this.faults.reach('append.before', () => append.records);
        waiting = await this.commits.within(held, ({ text, values }) => transaction.query(text, [...values]));
      });
      await this.faults.reach('append.after', () => own?.append.records ?? []);
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
    if (canonicalId(runId) === undefined) return false;
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

  find(runId: string, tenant?: string | null): Promise<RunRow | undefined> {
    return this.reads.find(runId, tenant);
  }

  async shape(runId: string, people: readonly string[]): Promise<void> {
    await this.statements.count({
      name: 'nestor_shape',
      text: `UPDATE ${this.tables.run} r SET ${shapedBySql('r', '$2::jsonb')} WHERE id = $1`,
      values: [runId, JSON.stringify(people)],
    });
  }

  read(runId: string, afterSeq = 0): Promise<RunRecord[]> {
    return this.reads.read(runId, afterSeq);
  }

  list(filter: RunFilter, visible?: Visibility): Promise<Page<RunRow>> {
    return this.reads.list(filter, visible);
  }
}
