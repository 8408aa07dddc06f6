import { Injectable } from '@nestjs/common';
import { Observable, Subject } from 'rxjs';
import type { EphemeralRunEvent, RunEvent } from './run-event.js';

/** What happens in the runs that this process drives, as it happens. Hints: the records are the truth. */
@Injectable()
export class RunEvents {
  private readonly everything = new Subject<RunEvent>();
  /** By run, so that an event is brought only to those who wait for it. */
  private readonly byRun = new Map<string, Subject<RunEvent>>();

  /** Events of one run, from now on. */
  of(runId: string): Observable<RunEvent> {
    return new Observable((subscriber) => {
      const subject = this.byRun.get(runId) ?? new Subject<RunEvent>();
      this.byRun.set(runId, subject);
      const subscription = subject.subscribe(subscriber);
      return () => {
        subscription.unsubscribe();
        if (!subject.observed && this.byRun.get(runId) === subject) this.byRun.delete(runId);
      };
    });
  }

  get all(): Observable<RunEvent> {
    return this.everything.asObservable();
  }

  /** Whether anybody listens to the events of a run. */
  hears(runId: string): boolean {
    return this.everything.observed || this.byRun.has(runId);
  }

  publish(events: readonly RunEvent[]): void {
    if (this.everything.observed || this.byRun.size > 0) for (const event of events) this.next(event);
  }

  emit(runId: string, event: { readonly type: string; readonly [key: string]: unknown }): void {
    // The types of ephemeral events are those that `engine` and `models` emit.
    this.next({ ...event, runId } as EphemeralRunEvent);
  }

  close(): void {
    this.everything.complete();
    for (const subject of this.byRun.values()) subject.complete();
  }

  private next(event: RunEvent): void {
    this.byRun.get(event.runId)?.next(event);
    this.everything.next(event);
  }
}
