import type { Parameters } from '../../database/index.js';
import type { Visibility } from '../../scope/index.js';

/** Conditions on a row of a run: that it may be seen. @param run alias of the row */
export function visibleRuns(
  run: string,
  { tenant, owner, workflows = [] }: Visibility,
  parameters: Parameters,
): readonly string[] {
  const conditions: string[] = [];
  if (tenant === null) conditions.push(`${run}.tenant IS NULL`);
  else if (tenant !== undefined) conditions.push(`${run}.tenant = ${parameters.add(tenant, 'text')}`);
  if (owner !== undefined) {
    const own = `${run}.principal->>'id' = ${parameters.add(owner, 'text')}`;
    conditions.push(
      workflows.length === 0
        ? own
        : `(${own} OR ${run}.workflow = ANY(${parameters.add([...workflows], 'text[]')}))`,
    );
  }
  return conditions;
}
