import { Observable } from 'rxjs';
import type { AgentEvent } from './agent-event.js';

/** What agents do in a run, to subscribe to or to iterate over. Each subscription, and each iteration, begins again. */
export class AgentEventStream extends Observable<AgentEvent> implements AsyncIterable<AgentEvent> {
  /** A slow reader finds texts joined, and holds nobody up. */
  async *[Symbol.asyncIterator](): AsyncIterator<AgentEvent> {
    const waiting: AgentEvent[] = [];
    let wake: (() => void) | undefined;
    let end: { readonly error?: unknown } | undefined;
    const subscription = this.subscribe({
      next: (event) => {
        const last = waiting.at(-1);
        const joined = last && join(last, event);
        if (joined) waiting[waiting.length - 1] = joined;
        else waiting.push(event);
        wake?.();
      },
      error: (error: unknown) => {
        end = { error };
        wake?.();
      },
      complete: () => {
        end = {};
        wake?.();
      },
    });
    try {
      for (;;) {
        const event = waiting.shift();
        if (event) yield event;
        else if (end) {
          if ('error' in end) throw end.error;
          return;
        } else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      subscription.unsubscribe();
    }
  }
}

/** Two pieces of one text as one, with the place of the second. */
function join(first: AgentEvent, second: AgentEvent): AgentEvent | undefined {
  if (first.type !== 'text' && first.type !== 'reasoning') return undefined;
  if (second.type !== first.type || second.call !== first.call) return undefined;
  return { ...second, text: first.text + second.text };
}
