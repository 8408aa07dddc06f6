import type { JobsOptions } from 'bullmq';
import type { Wake } from '../dispatch/index.js';
import { canonicalId } from '../values/index.js';

/** The name of the queue, under the prefix. */
export const queueName = 'wakes';

/** BullMQ counts from the most urgent, 1, and takes jobs without a number before all others: so each has one. */
const middle = 1_000_000;

export interface WakeJob {
  readonly name: string;
  readonly data: Wake;
  readonly opts: JobsOptions;
}

/**
 * A wake as a job. While one waits, its like is not queued again: the id says what it is about. Once done it is removed
 * at once, whatever came of it, since a job that is kept would swallow all later ones of its id.
 */
export function jobOf({ runId, reason, priority = 0 }: Wake): WakeJob {
  const urgency = Math.min(Math.max(Math.trunc(priority), -middle), middle - 1);
  return {
    name: reason,
    data: { runId, reason, priority },
    opts: {
      // BullMQ allows no colon.
      jobId: `${runId}-${reason}-${urgency}`.replaceAll(':', '_'),
      priority: middle - urgency,
      attempts: 1,
      removeOnComplete: true,
      removeOnFail: true,
    },
  };
}

/** Undefined if the job is none of ours. */
export function wakeOf(data: unknown): Wake | undefined {
  const { runId, reason, priority } = (data ?? {}) as Partial<Wake>;
  if (typeof runId !== 'string' || typeof reason !== 'string') return undefined;
  return {
    runId: canonicalId(runId) ?? runId,
    reason,
    priority: typeof priority === 'number' ? priority : 0,
  };
}
