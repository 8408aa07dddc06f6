/** Which runs a caller may see in a list. A run has to fit all that is said, of `owner` and `workflows` one. */
export interface Visibility {
  /** Null for those without a tenant. @default all */
  readonly tenant?: string | null | undefined;
  /** Id of the principal whose runs they are. @default all */
  readonly owner?: string | undefined;
  /** Besides, all runs of these workflows. */
  readonly workflows?: readonly string[] | undefined;
}

/** Of a run, what says who may see it. */
export interface OwnedRun {
  readonly workflow: string;
  readonly tenant: string | null;
  readonly owner: string | undefined;
}

export function isVisible(run: OwnedRun, { tenant, owner, workflows = [] }: Visibility): boolean {
  if (tenant !== undefined && tenant !== run.tenant) return false;
  return owner === undefined || owner === run.owner || workflows.includes(run.workflow);
}
