import { Observable, type Subscription } from 'rxjs';
import type { AgentEvent } from './agent-event.js';

/** What agents do in a run, to subscribe to or to iterate over. Each subscription, and each iteration, begins again. */
export class AgentEventStream extends Observable<AgentEvent> implements AsyncIterable<AgentEvent> {
  /** A slow reader finds texts joined, and holds nobody up. `return()` ends also what waits for the next event. */
  [Symbol.asyncIterator](): AsyncIterator<AgentEvent, undefined> {
    return new Reading(this);
  }
}

/** One iteration. */
class Reading implements AsyncIterator<AgentEvent, undefined> {
  private readonly waiting: AgentEvent[] = [];
  private end: { readonly error?: unknown } | undefined;
  private wake: () => void = () => undefined;
  private readonly subscription: Subscription;

  constructor(events: Observable<AgentEvent>) {
    this.subscription = events.subscribe({
      next: (event) => this.add(event),
      error: (error: unknown) => this.stop({ error }),
      complete: () => this.stop({}),
    });
  }

  async next(): Promise<IteratorResult<AgentEvent, undefined>> {
    for (;;) {
      const event = this.waiting.shift();
      if (event) return { done: false, value: event };
      if (this.end) {
        const { end } = this;
        this.end = {};
        if ('error' in end) throw end.error;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  async return(): Promise<IteratorResult<AgentEvent, undefined>> {
    this.subscription.unsubscribe();
    this.waiting.length = 0;
    this.stop({});
    return { done: true, value: undefined };
  }

  private add(event: AgentEvent): void {
    const last = this.waiting.at(-1);
    const joined = last && join(last, event);
    if (joined) this.waiting[this.waiting.length - 1] = joined;
    else this.waiting.push(event);
    this.wake();
  }

  private stop(end: { readonly error?: unknown }): void {
    this.end ??= end;
    this.wake();
  }
}

/** Two pieces of one text as one, with the place of the second. */
function join(first: AgentEvent, second: AgentEvent): AgentEvent | undefined {
  if (first.type !== 'text' && first.type !== 'reasoning') return undefined;
  if (second.type !== first.type || second.call !== first.call) return undefined;
  return { ...second, text: first.text + second.text };
}
