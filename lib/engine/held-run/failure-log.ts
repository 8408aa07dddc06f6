import { logSafely } from '../../errors/index.js';
import type { RunRecord, RunState } from '../../workflow/index.js';

/** One line for each attempt that has failed (WARN) and for each run that has (ERROR). Never throws. */
export function logFailures({ runId, created }: RunState, records: readonly RunRecord[]): void {
  for (const record of records) {
    if (record.type === 'step.failed' && !record.payload.interrupted) {
      const { error, final } = record.payload;
      const { step = '', attempt = 0, item } = record;
      const which = item === undefined ? '' : `, item ${item}`;
      logSafely(
        'warn',
        `${created.workflow}.${step} failed (run ${runId}, attempt ${attempt}${which}${final ? ', the last one' : ''}): ${error.name}: ${error.message}`,
      );
    } else if (record.type === 'run.failed') {
      const { error } = record.payload;
      logSafely('error', `Run ${runId} of ${created.workflow} failed: ${error.name}: ${error.message}`);
    }
  }
}
