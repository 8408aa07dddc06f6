import { RunNotFoundError } from '../errors/index.js';
import type { WorkflowRegistry } from '../discovery/index.js';
import type { Journal, RunRow } from '../journal/index.js';
import type { AccessRule, Visibility } from '../scope/index.js';
import { type Page, requireId } from '../values/index.js';
import type { AccessControl } from './access-control.js';
import type { AccessResource } from './access-policy.js';
import { type Caller, principalOf } from './caller.js';
import type { Operation } from './operations.js';

/** Operations by the part of a workflow's `access` that allows them. */
const declaredFor: { readonly [operation in Operation]?: 'read' | 'decide' } = {
  'run.read': 'read',
  'audit.read': 'read',
  'audit.export': 'read',
  'budget.read': 'read',
  'review.read': 'read',
  'review.decide': 'decide',
  'review.delegate': 'decide',
};

/** A run that a caller may act upon. */
export interface AccessedRun {
  readonly row: RunRow;
  readonly caller: Caller;
}

/** Lets callers reach runs. One of another tenant does not exist for them. */
export class RunAccess {
  constructor(
    readonly control: AccessControl,
    private readonly journal: Pick<Journal, 'find'>,
    private readonly registry: Pick<WorkflowRegistry, 'list'>,
  ) {}

  /**
   * @param named `by` of the options
   * @throws {RunNotFoundError} also if it is another tenant's @throws {AccessDeniedError} {InputValidationError} if it is not an id
   */
  async reach(runId: string, operation: Operation, named?: unknown): Promise<AccessedRun> {
    const id = requireId(runId, 'runId');
    const caller = await this.control.caller(named, operation);
    const row = await this.journal.find(id, this.control.tenantOf(caller, operation));
    if (!row) throw runNotFound(runId);
    await this.control.assert(caller, operation, resourceOf(row), this.rule(row.workflow, operation));
    return { row, caller };
  }

  /**
   * The same where the row is not needed. Undefined where nothing is to be asked, so that nothing has to be waited for.
   * @throws {RunNotFoundError} {AccessDeniedError} {InputValidationError} later
   */
  assertReach(runId: string, operation: Operation): Promise<unknown> | undefined {
    return this.control.isApplication() ? undefined : this.reach(runId, operation);
  }

  /** What is declared for an operation on runs of a workflow, as far as this process knows it. */
  rule(workflow: string, operation: Operation): AccessRule | undefined {
    const part = declaredFor[operation];
    if (!part) return undefined;
    return this.registry.list().find(({ name }) => name === workflow)?.access?.[part];
  }

  /** Which runs a list shows to a caller. */
  async visibility(
    caller: Caller,
    operation: Operation,
  ): Promise<Visibility & { readonly isAsked: boolean }> {
    const visible = this.control.visibility(caller, operation);
    if (visible.owner === undefined) return visible;
    const workflows: string[] = [];
    for (const { name } of this.registry.list()) {
      const rule = this.rule(name, operation);
      const { tenant } = principalOf(caller) ?? {};
      const resource = { kind: 'run', name, ...(tenant === undefined ? {} : { tenant }) };
      if (rule && (await this.control.may(caller, operation, resource, rule))) workflows.push(name);
    }
    return { ...visible, workflows };
  }

  /** A page of what a caller may see: where the policy wants to be asked about each, until the page is full. */
  async page<
    Item,
    Filter extends { readonly limit?: number | undefined; readonly cursor?: string | undefined },
  >(
    caller: Caller,
    operation: Operation,
    filter: Filter,
    usual: number,
    read: (filter: Filter, visible: Visibility) => Promise<Page<Item>>,
    rowOf: (item: Item) => Promise<AccessResource> | AccessResource,
  ): Promise<Page<Item>> {
    const { isAsked, ...visible } = await this.visibility(caller, operation);
    if (!isAsked) return read(filter, visible);
    const { limit = usual } = filter;
    const items: Item[] = [];
    let next = filter.cursor;
    do {
      const rest = {
        ...filter,
        limit: limit - items.length,
        ...(next === undefined ? {} : { cursor: next }),
      };
      const page = await read(rest, visible);
      for (const item of page.items) {
        const resource = await rowOf(item);
        const rule = resource.name === undefined ? undefined : this.rule(resource.name, operation);
        if (await this.control.may(caller, operation, resource, rule)) items.push(item);
      }
      next = page.next;
    } while (next !== undefined && items.length < limit);
    return { items, ...(next === undefined ? {} : { next }) };
  }
}

/** A run as what is acted upon. */
export function resourceOf({
  id,
  workflow,
  tenant,
  principal,
}: Pick<RunRow, 'id' | 'workflow' | 'tenant' | 'principal'>): AccessResource {
  return {
    kind: 'run',
    name: workflow,
    runId: id,
    ...(tenant === null ? {} : { tenant }),
    ...(principal === null ? {} : { owner: principal.id }),
  };
}

export function runNotFound(runId: string): RunNotFoundError {
  return new RunNotFoundError(
    `There is no run ${runId}: it was never started here, has left after audit.retention, or is another tenant's.`,
    { details: { runId } },
  );
}
