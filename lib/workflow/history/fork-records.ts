import type { JsonValue } from '../../values/index.js';
import { chosenRoutes } from '../plan/plan-activation.js';
import { fold } from '../state/fold.js';
import type { Actor, RecordDraft, RecordType, RunRecord } from '../records/record.js';

/** What of a prefix a fork begins with: decisions and outcomes; of calls only updates of shared states, no waits, no reviews. */
const carried: ReadonlySet<RecordType> = new Set<RecordType>([
  'step.completed',
  'step.skipped',
  'step.repeated',
  'items.listed',
  // They say which iteration of a step counts, and what needs no undoing any more.
  'run.retried',
  'step.compensated',
]);

/** Skips that follow from outputs: with edited ones they are decided again. */
const decidedByOutputs: ReadonlySet<string> = new Set(['when', 'routes', 'dependencies']);

export interface ForkEdits {
  /** In place of the source's input. */
  readonly input?: JsonValue | undefined;
  /** In place of what steps before the fork have given. */
  readonly outputs?: Readonly<Record<string, JsonValue>> | undefined;
}

/** The records of a source up to the first one of `from`: that step and all that came later run again. */
export function prefixBefore(records: readonly RunRecord[], from: string): readonly RunRecord[] {
  const cut = records.findIndex(({ step }) => step === from);
  const before = cut < 0 ? records : records.slice(0, cut);
  const updates = updatesIn(before);
  const prefix = before.filter(({ type, seq }) => carried.has(type) || updates.has(seq));
  const tried = prefix.findLastIndex(({ type }) => type === 'run.retried');
  const undone = new Set(
    prefix.slice(tried + 1).flatMap((record) => (record.type === 'step.compensated' ? [keyOf(record)] : [])),
  );
  return undone.size === 0 ? prefix : prefix.filter((record) => !undone.has(keyOf(record)));
}

/** The drafts that a fork begins with, behind its `run.created` and `run.forked`. An edited output is in the editor's name. */
export function forkedDrafts(
  prefix: readonly RunRecord[],
  edits: ForkEdits,
  editor: Actor,
): readonly RecordDraft[] {
  const outputs = new Map(Object.entries(edits.outputs ?? {}));
  const isEdited = edits.input !== undefined || outputs.size > 0;
  return prefix.flatMap((record, index): RecordDraft[] => {
    const { runId: _, seq: __, salt: ___, payloadHash: ____, hash: _____, ...draft } = record;
    const { step } = record;
    if (
      step === undefined ||
      !isEdited ||
      record.type === 'step.repeated' ||
      record.type === 'call.completed'
    )
      return [draft];
    if (isLeftBehind(prefix, index, step)) return [draft];
    if (record.type === 'step.skipped') return decidedByOutputs.has(record.payload.reason) ? [] : [draft];
    const edited = outputs.get(step);
    if (edited === undefined) return [draft];
    // An edited list stands for its items.
    if (record.type !== 'step.completed' || record.item !== undefined) return [];
    const routes = record.payload.routes ? { routes: chosenRoutes(edited) } : {};
    const payload = { ...record.payload, output: edited, ...routes };
    return [{ ...draft, type: 'step.completed', actor: editor, payload }];
  });
}

/** The steps whose outputs a fork takes over, and that can be edited therefore. */
export function takenOver(prefix: readonly RunRecord[]): readonly string[] {
  return prefix.flatMap(({ type, step, item }, index) =>
    type === 'step.completed' &&
    step !== undefined &&
    item === undefined &&
    !isLeftBehind(prefix, index, step)
      ? [step]
      : [],
  );
}

/** Whether the step is in another iteration after this record. */
function isLeftBehind(prefix: readonly RunRecord[], index: number, step: string): boolean {
  return prefix.slice(index + 1).some((later) => {
    if (later.type === 'step.repeated') return later.payload.region.includes(step);
    return later.type === 'run.retried' && later.payload.reset.includes(step);
  });
}

/** Numbers of the records of updates of shared states, of what has completed. */
function updatesIn(records: readonly RunRecord[]): ReadonlySet<number> {
  const completed = new Set(
    records.flatMap((record) => (record.type === 'step.completed' ? [keyOf(record)] : [])),
  );
  const { updates = [] } = fold(records);
  return new Set(updates.flatMap((update) => (completed.has(keyOf(update)) ? [update.seq] : [])));
}

function keyOf({ step, iteration, item }: Pick<RunRecord, 'step' | 'iteration' | 'item'>): string {
  return `${step} ${iteration ?? 0} ${item ?? ''}`;
}
