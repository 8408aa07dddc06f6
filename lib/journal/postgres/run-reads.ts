import type { Page } from '../../values/index.js';
import { Batcher, type Statements, type TableNames } from '../../database/index.js';
import { canonicalId } from '../../values/index.js';
import type { Visibility } from '../../scope/index.js';
import type { RunRecord } from '../../workflow/index.js';
import type { OpenedRun, RunFilter, RunRow } from '../journal.js';
import { runPageOf, runPageSize } from '../run-page.js';
import {
  recordSelection,
  runOf,
  runSelection,
  type StoredRecordRow,
  storedRecordOf,
  type StoredRun,
} from './columns.js';
import { listRunsStatement } from './list-statement.js';

/** Runs that are read at once. */
const largestOpening = 100;

/** Reads rows and records of runs. */
export class RunReads {
  private readonly openings = new Batcher(
    (runIds: readonly string[]) => this.openAll(runIds),
    largestOpening,
  );

  constructor(
    private readonly statements: Statements,
    private readonly tables: TableNames,
  ) {}

  /** A run's row with all its records; undefined if there is no such run. */
  async open(runId: string): Promise<OpenedRun | undefined> {
    const [opened] = await this.openings.request([runId]);
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

  async find(runId: string, tenant: string | null | undefined): Promise<RunRow | undefined> {
    if (canonicalId(runId) === undefined) return undefined;
    const isAny = tenant === undefined;
    const [row] = await this.statements.run<StoredRun>({
      name: isAny ? 'nestor_find' : 'nestor_find_of_tenant',
      text: `SELECT ${runSelection} FROM ${this.tables.run} r WHERE id = $1 ${isAny ? '' : 'AND tenant IS NOT DISTINCT FROM $2'}`,
      values: isAny ? [runId] : [runId, tenant],
    });
    return row && runOf(row);
  }

  async read(runId: string, afterSeq: number): Promise<RunRecord[]> {
    if (canonicalId(runId) === undefined) return [];
    const rows = await this.statements.run<StoredRecordRow>({
      name: 'nestor_read',
      text: `SELECT ${recordSelection} FROM ${this.tables.record} WHERE run_id = $1 AND seq > $2 ORDER BY seq`,
      values: [runId, afterSeq],
    });
    return rows.map(storedRecordOf);
  }

  async list(filter: RunFilter, visible?: Visibility): Promise<Page<RunRow>> {
    const rows = await this.statements.run<StoredRun>(listRunsStatement(this.tables, filter, visible));
    return runPageOf(rows.map(runOf), runPageSize(filter));
  }
}
