import type { Page } from '../values/index.js';
import { Injectable } from '@nestjs/common';
import { type AccessResource, type Caller, resourceOf, RunAccess } from '../access/index.js';
import { RunNotFoundError } from '../errors/index.js';
import { Journal } from '../journal/index.js';
import { ignoreRejection, requireId } from '../values/index.js';
import type { RunRecord } from '../workflow/index.js';
import { auditPageSize } from './audit-cursor.js';
import { type AuditFilter, readAuditFilter, readTimeRange, type TimeRange } from './audit-filter.js';
import { AuditReader } from './audit-reader.js';
import { type TimelineEntry, timelineEntry } from './timeline.js';
import { type AuditReport, together, verifyRun } from './verification.js';

/** How many records or runs are read at a time where all are asked for. */
const portion = 500;

/** Reads what happened: the records that are the runs. */
@Injectable()
export class AuditService {
  constructor(
    private readonly journal: Journal,
    private readonly reader: AuditReader,
    private readonly access: RunAccess,
  ) {}

  /**
   * Records across runs, oldest first, in cursor pages.
   * @throws {InputValidationError} naming each field of the filter that does not fit
   */
  async find(filter: AuditFilter = {}): Promise<Page<RunRecord>> {
    const read = readAuditFilter(filter, 'AuditService.find()');
    return this.page(await this.access.control.caller(undefined, 'audit.read'), 'audit.read', read);
  }

  /**
   * One run as a story that people can read: when, who, what.
   * @throws {RunNotFoundError} {InputValidationError} if it is not an id
   */
  async timeline(runId: string): Promise<TimelineEntry[]> {
    await this.access.assertReach(runId, 'audit.read');
    const id = requireId(runId, 'runId');
    const records = await this.journal.read(id);
    if (records.length === 0) throw this.unknown(id);
    return records.map(timelineEntry);
  }

  /**
   * Checks the hash chain of one run, or of all that have records in a time range, against tampering: records that
   * were changed, removed, reordered or put in, and a run's row that does not name the last one.
   * @throws {RunNotFoundError} for an id that neither a run nor a record has
   * @throws {InputValidationError} for what is neither an id nor a range
   */
  async verify(target: string | TimeRange): Promise<AuditReport> {
    if (typeof target !== 'string') return this.verifyRange(readTimeRange(target, 'AuditService.verify()'));
    const id = requireId(target, 'runId');
    await this.access.assertReach(id, 'audit.read');
    const report = await verifyRun(this.journal, id);
    if (report.records === 0 && !(await this.journal.find(id))) throw this.unknown(id);
    return report;
  }

  /** All records of a filter as NDJSON: one record a line, each line with its line break. */
  export(filter: Omit<AuditFilter, 'limit' | 'cursor'> = {}): AsyncGenerator<string, void, undefined> {
    // Lines are read later, perhaps in another context: they are for the caller of now.
    return this.lines(filter, ignoreRejection(this.access.control.caller(undefined, 'audit.export')));
  }

  private async *lines(
    filter: Omit<AuditFilter, 'limit' | 'cursor'>,
    calling: Promise<Caller>,
  ): AsyncGenerator<string, void, undefined> {
    const read = readAuditFilter(filter, 'AuditService.export()');
    const caller = await calling;
    let page: Page<RunRecord> | undefined;
    do {
      const cursor = page?.next;
      page = await this.page(caller, 'audit.export', {
        ...read,
        limit: portion,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const record of page.items) yield `${JSON.stringify(record)}\n`;
    } while (page.next !== undefined);
  }

  private async verifyRange(range: TimeRange): Promise<AuditReport> {
    const caller = await this.access.control.caller(undefined, 'audit.read');
    const { isAsked, ...visible } = await this.access.visibility(caller, 'audit.read');
    let whole = together([]);
    let after: string | undefined;
    for (;;) {
      const ids = await this.reader.runIds(range, after, portion, visible);
      for (const id of ids)
        if (!isAsked || (await this.mayRead(caller, id)))
          whole = together([whole, await verifyRun(this.journal, id)]);
      after = ids.at(-1);
      if (ids.length < portion) return whole;
    }
  }

  /** Records of runs that the caller may see. */
  private page(
    caller: Caller,
    operation: 'audit.read' | 'audit.export',
    filter: AuditFilter,
  ): Promise<Page<RunRecord>> {
    const resources = new Map<string, Promise<AccessResource>>();
    return this.access.page(
      caller,
      operation,
      filter,
      auditPageSize({}),
      (asked, visible) => this.reader.find(asked, visible),
      ({ runId }) => {
        const known = resources.get(runId) ?? this.resource(runId);
        resources.set(runId, known);
        return known;
      },
    );
  }

  private async mayRead(caller: Caller, runId: string): Promise<boolean> {
    const resource = await this.resource(runId);
    const rule = resource.name === undefined ? undefined : this.access.rule(resource.name, 'audit.read');
    return this.access.control.may(caller, 'audit.read', resource, rule);
  }

  /** Of a run whose row is gone, nobody is the owner. */
  private async resource(runId: string): Promise<AccessResource> {
    const row = await this.journal.find(runId);
    return row ? resourceOf(row) : { kind: 'run', runId };
  }

  private unknown(runId: string): RunNotFoundError {
    return new RunNotFoundError(
      `There is no run ${runId}: find() and Orchestrator.find() list those that are`,
      {
        details: { runId },
      },
    );
  }
}
