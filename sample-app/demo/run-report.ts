import type { AuditRecord, Run } from 'nestjs-nestor';

/** One line of the final table. */
export interface RunReport {
  readonly status: string;
  /** The steps that ran, in order: `classify search(nothing) draft×2`. */
  readonly path: string;
  /** How many decisions each made. */
  readonly decided: { readonly code: number; readonly model: number; readonly person: number };
  /** How the reviews ended: `reject approve`. */
  readonly reviews: string;
  /** Milliseconds from the start to the end, waiting for people included. */
  readonly time: number;
  readonly tokens: number;
  readonly usd: number;
}

/** Everything comes from the journal: the demo keeps no books of its own. */
export function reportOf(run: Run, records: readonly AuditRecord[]): RunReport {
  return {
    status: run.status,
    path: pathOf(records),
    decided: {
      code: records.filter(({ type, actorKind }) => actorKind === 'code' && decidesInCode.has(type)).length,
      model: records.filter(({ type, payload }) => type === 'call.completed' && isModelCall(payload)).length,
      person: records.filter(({ type }) => type === 'review.decided').length,
    },
    reviews: records
      .filter(({ type }) => type === 'review.decided')
      .map(({ payload }) => (payload as { readonly choice: string }).choice)
      .join(' '),
    time: (run.finishedAt ?? new Date()).getTime() - run.createdAt.getTime(),
    tokens: run.usage.inputTokens + run.usage.outputTokens,
    usd: run.usage.usd,
  };
}

/** What plain code decided: that a step's result stands, that a step is not needed, that a value may not pass. */
const decidesInCode: ReadonlySet<string> = new Set(['step.completed', 'step.skipped', 'guardrail.evaluated']);

/** A search asks a model for vectors, which decides nothing. */
function isModelCall(payload: unknown): boolean {
  const call = payload as { readonly kind?: string; readonly arguments?: object } | null;
  return call?.kind === 'model' && !('texts' in (call.arguments ?? {}));
}

function pathOf(records: readonly AuditRecord[]): string {
  const rounds = new Map<string, { count: number; fallback: boolean }>();
  for (const { type, step, payload } of records) {
    const { via, reason } = (payload ?? {}) as { readonly via?: string; readonly reason?: string };
    const ran = type === 'step.completed' || (type === 'step.repeated' && reason === 'rejected');
    if (step === null || !ran) continue;
    const seen = rounds.get(step) ?? { count: 0, fallback: false };
    rounds.set(step, { count: seen.count + 1, fallback: seen.fallback || via === 'fallback' });
  }
  return [...rounds]
    .map(
      ([step, { count, fallback }]) => `${step}${fallback ? '(nothing)' : ''}${count > 1 ? `×${count}` : ''}`,
    )
    .join(' ');
}
