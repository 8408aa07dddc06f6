import type { Subscription } from 'rxjs';
import type { RecordType } from '../workflow/index.js';
import { emitSafely, type HostEmitter } from './host-emitter.js';
import type { RunEvents } from './run-events.js';

/** Which records the host's emitter is told of; each under `orchestration.` and the record's type. */
const forwardedTypes = new Map<RecordType, string>([
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
  ['review.escalated', 'orchestration.review.escalated'],
  ['review.reminded', 'orchestration.review.reminded'],
  ['budget.exceeded', 'orchestration.budget.exceeded'],
  ['budget.warned', 'orchestration.budget.warned'],
  ['budget.overrun', 'orchestration.budget.overrun'],
]);

/** Tells the host's `EventEmitter2`. A listener that throws or rejects is a line in the log. */
export function forwardToEventEmitter(events: RunEvents, host: HostEmitter): Subscription {
  return events.all.subscribe((event) => {
    const isBlocked =
      event.type === 'guardrail.evaluated' && 'payload' in event && event.payload.done === 'blocked';
    const name = isBlocked ? 'orchestration.guardrail.blocked' : forwardedTypes.get(event.type as RecordType);
    if (name !== undefined) emitSafely(host, name, event);
  });
}
