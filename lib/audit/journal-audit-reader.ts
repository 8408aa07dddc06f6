import type { Page } from '../values/index.js';
import type { Journal, RunRow } from '../journal/index.js';
import type { RunRecord } from '../workflow/index.js';
import { byPosition, auditPageOf, auditPageSize, auditPositionOf } from './audit-cursor.js';
import type { AuditFilter, TimeRange } from './audit-filter.js';
import { AuditReader } from './audit-reader.js';

/** Records of any journal, by reading all of it: for the one in memory. */
export class JournalAuditReader extends AuditReader {
  constructor(private readonly journal: Pick<Journal, 'read' | 'list'>) {
    super();
  }

  async find(filter: AuditFilter): Promise<Page<RunRecord>> {
    const after = filter.cursor === undefined ? undefined : auditPositionOf(filter.cursor);
    const ids = filter.runId === undefined ? (await this.runs()).map(({ id }) => id) : [filter.runId];
    const records = (await Promise.all(ids.map((id) => this.journal.read(id)))).flat();
    const found = records
      .filter((record) => matches(record, filter))
      .filter((record) => !after || byPosition(record, after) > 0)
      .toSorted(byPosition);
    return auditPageOf(found, auditPageSize(filter));
  }

  async runIds(range: TimeRange, after: string | undefined, limit: number): Promise<string[]> {
    const found: string[] = [];
    for (const { id, createdAt } of await this.runs()) {
      const times = (await this.journal.read(id)).map(({ at }) => at);
      const isIn = [createdAt.toISOString(), ...times].some((at) => isInside(at, range));
      if (isIn && (after === undefined || id > after)) found.push(id);
    }
    return found.toSorted().slice(0, limit);
  }

  private async runs(): Promise<RunRow[]> {
    const runs: RunRow[] = [];
    let page: Page<RunRow> | undefined;
    do {
      page = await this.journal.list({
        limit: 500,
        ...(page?.next === undefined ? {} : { cursor: page.next }),
      });
      runs.push(...page.items);
    } while (page.next !== undefined);
    return runs;
  }
}

function matches(record: RunRecord, filter: AuditFilter): boolean {
  const types = typeof filter.type === 'string' ? [filter.type] : filter.type;
  return (
    isInside(record.at, filter) &&
    (types === undefined || types.includes(record.type)) &&
    (filter.step === undefined || record.step === filter.step) &&
    (filter.actor === undefined || record.actor.id === filter.actor) &&
    (filter.actorKind === undefined || record.actor.kind === filter.actorKind)
  );
}

function isInside(at: string, { from, to }: TimeRange): boolean {
  return (from === undefined || at >= from.toISOString()) && (to === undefined || at < to.toISOString());
}
