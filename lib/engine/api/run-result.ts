import { type ErrorData, errorOf, RunCancelledError, RunFailedError } from '../../errors/index.js';
import type { Usage } from '../../values/index.js';
import { activations, type RunState, type Wait } from '../../workflow/index.js';
import type { WaitRecord } from '../drive/boundary-records.js';

/** What has become of a run. */
export type RunResult<Output = unknown> =
  | { readonly runId: string; readonly status: 'completed'; readonly output: Output; readonly usage: Usage }
  | {
      readonly runId: string;
      readonly status: 'failed';
      readonly error: RunFailedError;
      readonly usage: Usage;
    }
  | {
      readonly runId: string;
      readonly status: 'cancelled';
      readonly error: RunCancelledError;
      readonly usage: Usage;
    }
  | {
      readonly runId: string;
      readonly status: 'waiting' | 'paused';
      readonly waitingFor: readonly Wait[];
      readonly usage: Usage;
    };

/** What a run waits for, as the last record that tells of a wait says. */
export function waitsOf(record: WaitRecord | undefined, state: RunState): readonly Wait[] {
  if (!record) return [];
  if (record.type === 'run.waiting') return record.payload.waits;
  const budgets = [...activations(state)].flatMap(
    ({ activation }) => activation.waits?.find((wait) => wait.for === 'budget' && !('limit' in wait)) ?? [],
  );
  const named = [...budgets, ...(record.payload.waits ?? [])];
  return named.length > 0 ? named : [{ for: 'resume', reason: record.payload.reason }];
}

/** Reads a run's result off its state; undefined while it is going on. */
export function resultOf(state: RunState, waits: readonly Wait[]): RunResult | undefined {
  const { runId, usage } = state;
  switch (state.status) {
    case 'completed':
      return { runId, status: 'completed', output: state.output, usage };
    case 'failed':
      return { runId, status: 'failed', error: runFailed(state), usage };
    case 'cancelled': {
      const reason = state.ending?.reason ?? 'no reason given';
      return {
        runId,
        status: 'cancelled',
        error: new RunCancelledError(
          `${state.created.workflow} (run ${runId}) was cancelled: ${reason}${notUndone(state)}`,
          { details: { runId, reason } },
        ),
        usage,
      };
    }
    case 'waiting':
    case 'paused':
      return { runId, status: state.status, waitingFor: waits, usage };
    default:
      return undefined;
  }
}

/** The message of a run that has ended also names what it leaves behind. */
function notUndone(state: RunState): string {
  const names = [...state.steps.values()]
    .filter(({ pastIterations, items, ...own }) =>
      [own, ...(items?.states.values() ?? []), ...pastIterations.map(({ activation }) => activation)].some(
        ({ compensation }) => compensation?.outcome === 'failed',
      ),
    )
    .map(({ name }) => name);
  return names.length === 0 ? '' : `. What could not be undone: ${names.join(', ')}`;
}

function runFailed(state: RunState): RunFailedError {
  const error: ErrorData = state.error ?? { name: 'Error', code: 'USER', message: 'unknown' };
  const step = [...state.steps.values()].find((one) => one.status === 'failed')?.name;
  const where = step === undefined ? state.created.workflow : `${state.created.workflow}.${step}`;
  return new RunFailedError(`${where} (run ${state.runId}) failed: ${error.message}${notUndone(state)}`, {
    cause: errorOf(error),
    details: { runId: state.runId, code: error.code, ...(step === undefined ? {} : { step }) },
  });
}
