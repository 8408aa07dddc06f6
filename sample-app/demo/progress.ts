import type { RunEvent } from 'nestjs-nestor';
import { print, styled } from './terminal.js';

const started = performance.now();

/** One line of what is happening, with the seconds since the start. */
export function tell(ticket: string, what: string, details = ''): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(5);
  print(
    `${styled(`${seconds}s`, 'dim')}  ${styled(ticket, 'bold')}  ${what.padEnd(22)} ${details}`.trimEnd(),
  );
}

/** Tells of one event of a run, where it says something to people who watch. */
export function tellEvent(ticket: string, event: RunEvent): void {
  switch (event.type) {
    case 'step.completed':
      return tell(ticket, event.step ?? '', styled(doneIn(event.payload), 'green'));
    case 'step.skipped':
      return tell(ticket, event.step ?? '', styled(`skipped (${event.payload.reason})`, 'dim'));
    case 'step.failed':
      return tell(ticket, event.step ?? '', styled(event.payload.error.message, 'yellow'));
    case 'review.requested':
      return tell(ticket, event.step ?? '', styled('waits for a support lead', 'yellow'));
    case 'guardrail.evaluated':
      if (event.payload.verdict === 'allow') return;
      return tell(ticket, 'guardrail', styled(event.payload.reason ?? event.payload.verdict, 'yellow'));
    case 'run.completed':
      return tell(ticket, 'finished');
    case 'run.failed':
      return tell(ticket, 'failed', styled(event.payload.error.message, 'red'));
    default:
      return;
  }
}

function doneIn({ duration, via }: { readonly duration: number; readonly via?: string }): string {
  if (via === 'review') return 'as the lead has decided';
  return `done in ${Math.round(duration)} ms${via === 'fallback' ? ', by the fallback' : ''}`;
}
