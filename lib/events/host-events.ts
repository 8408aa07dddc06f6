import { logSafely, toErrorData } from '../errors/index.js';
import type { Subscription } from 'rxjs';
import type { RecordType } from '../workflow/index.js';
import type { RunEvents } from './run-events.js';

/** As much of `EventEmitter2` as is used. */
export interface HostEmitter {
  emit(event: string, payload: unknown): unknown;
  on(event: string, listener: (payload: unknown) => void): unknown;
}

/** Which records the host's emitter is told of; each under `orchestration.` and the record's type. */
const told = new Map<RecordType, string>([
  ['run.started', 'orchestration.run.started'],
  ['run.completed', 'orchestration.run.completed'],
  ['run.failed', 'orchestration.run.failed'],
  ['run.waiting', 'orchestration.run.waiting'],
  ['run.cancelled', 'orchestration.run.cancelled'],
  ['step.completed', 'orchestration.step.completed'],
  ['step.failed', 'orchestration.step.failed'],
  ['step.skipped', 'orchestration.step.skipped'],
  ['review.requested', 'orchestration.review.requested'],
  ['review.decided', 'orchestration.review.decided'],
  ['review.expired', 'orchestration.review.expired'],
  ['budget.exceeded', 'orchestration.budget.exceeded'],
]);

/** Tells the host's `EventEmitter2`. A listener that throws harms nobody. */
export function tellHost(events: RunEvents, host: HostEmitter): Subscription {
  return events.all.subscribe((event) => {
    const isBlocked =
      event.type === 'guardrail.evaluated' && 'payload' in event && event.payload.done === 'blocked';
    const name = isBlocked ? 'orchestration.guardrail.blocked' : told.get(event.type as RecordType);
    if (name === undefined) return;
    try {
      host.emit(name, event);
    } catch (error) {
      logSafely('warn', `A listener of ${name} threw: ${toErrorData(error).message}`);
    }
  });
}
