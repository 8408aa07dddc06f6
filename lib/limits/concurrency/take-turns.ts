/**
 * Orders what waits so that tenants take turns, each with its oldest first.
 * @param waiting the oldest first
 * @param last the tenant that had the last turn: those after it come first
 */
export function takeTurns<T extends { readonly tenant: string | undefined }>(
  waiting: readonly T[],
  last: string | undefined,
): T[] {
  const byTenant = new Map<string | undefined, T[]>();
  for (const one of waiting) byTenant.set(one.tenant, [...(byTenant.get(one.tenant) ?? []), one]);
  const tenants = [...byTenant.keys()].toSorted(compareTenants);
  const next = tenants.findIndex((tenant) => compareTenants(tenant, last) > 0);
  const inTurn = next < 0 ? tenants : [...tenants.slice(next), ...tenants.slice(0, next)];
  const lists = inTurn.map((tenant) => byTenant.get(tenant) ?? []);
  const rounds = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: rounds }, (_, round) =>
    lists.flatMap((list) => list.slice(round, round + 1)),
  ).flat();
}

/** Runs without a tenant come first. */
function compareTenants(a: string | undefined, b: string | undefined): number {
  const [one, other] = [a ?? '', b ?? ''];
  return one < other ? -1 : one > other ? 1 : 0;
}
