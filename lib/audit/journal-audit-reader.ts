import type { Page } from '../values/index.js';
import type { Journal, RunRow } from '../journal/index.js';
import type { Visibility } from '../scope/index.js';
import type { RunRecord } from '../workflow/index.js';
import { byPosition, auditPageOf, auditPageSize, auditPositionOf } from './audit-cursor.js';
import type { AuditFilter, TimeRange } from './audit-filter.js';
import { AuditReader } from './audit-reader.js';

/** Records of any journal, by reading all of it: for the one in memory. */
export class JournalAuditReader extends AuditReader {
  constructor(private readonly journal: Pick<Journal, 'read' | 'list'>) {
    super();
  }

  async find(filter: AuditFilter, visible: Visibility = {}): Promise<Page<RunRecord>> {
    const after = filter.cursor === undefined ? undefined : auditPositionOf(filter.cursor);
    const ids = (await this.runs(visible))
      .map(({ id }) => id)
      .filter((id) => filter.runId === undefined || id === filter.runId);
    const records = (await Promise.all(ids.map((id) => this.journal.read(id)))).flat();
    const found = records
      .filter((record) => matches(record, filter))
      .filter((record) => !after || byPosition(record, after) > 0)
      .toSorted(byPosition);
    return auditPageOf(found, auditPageSize(filter));
  }

  async runIds(
    range: TimeRange,
    after: string | undefined,
    limit: number,
    visible: Visibility = {},
  ): Promise<string[]> {
    const found: string[] = [];
    for (const { id, createdAt } of await this.runs(visible)) {
      const times = (await this.journal.read(id)).map(({ at }) => at);
      const isIn = [createdAt.toISOString(), ...times].some((at) => isInside(at, range));
      if (isIn && (after === undefined || id > after)) found.push(id);
    }
    return found.toSorted().slice(0, limit);
  }

  private async runs(visible: Visibility): Promise<RunRow[]> {
    const runs: RunRow[] = [];
    let page: Page<RunRow> | undefined;
    do {
      const rest = page?.next === undefined ? {} : { cursor: page.next };
      page = await this.journal.list({ limit: 500, ...rest }, visible);
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
