/** The assignment that adds people to those who have shaped a run. @param run alias of its row @param people SQL of a JSON array of their ids */
export function shapedBySql(run: string, people: string): string {
  return `shaped_by = CASE WHEN ${run}.shaped_by @> ${people} THEN ${run}.shaped_by
    ELSE (SELECT jsonb_agg(DISTINCT person) FROM jsonb_array_elements(${run}.shaped_by || ${people}) AS people (person)) END`;
}
