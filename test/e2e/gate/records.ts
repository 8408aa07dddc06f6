import type { RecordType, RunRecord } from 'nestjs-nestor';
import type { OrchestrationHarness } from 'nestjs-nestor/testing';

/** The records of some types of one run, in their order. */
export async function recordsOf<T extends RecordType>(
  t: OrchestrationHarness,
  runId: string,
  ...types: readonly T[]
): Promise<RunRecord<T>[]> {
  const page = await t.asSystem(() =>
    t.audit.find({ runId, limit: 1000, ...(types.length > 0 ? { type: types } : {}) }),
  );
  // The filter has left only these types.
  return page.items.toSorted((a, b) => a.seq - b.seq) as RunRecord<T>[];
}

/** Their types, with the name of the step or the call where there is one: `'call.completed openCase'`. */
export async function story(t: OrchestrationHarness, runId: string): Promise<string[]> {
  const records = await recordsOf(t, runId);
  return records
    .filter(({ type }) => type !== 'run.started' && type !== 'run.resumed')
    .map((record) => {
      const name = 'name' in record.payload ? record.payload.name : record.step;
      return name === undefined ? record.type : `${record.type} ${name}`;
    });
}
