import type { DraftOutcome } from './prompt-outcomes.js';
import type { RunReport } from './run-report.js';
import { print, styled, table } from './terminal.js';

export interface TicketReport extends RunReport {
  readonly ticket: string;
  readonly topic: string;
  readonly drafts: readonly DraftOutcome[];
}

const head = [
  'ticket',
  'topic',
  'path taken',
  'code',
  'model',
  'person',
  'reviews',
  'time',
  'tokens',
  'cost',
  'status',
];

/** The table of all tickets; `code`, `model` and `person` say how often each decided. */
export function printSummary(reports: readonly TicketReport[]): void {
  const rows = reports.map(({ ticket, topic, path, decided, reviews, time, tokens, usd, status }) => [
    ticket,
    topic,
    path,
    `${decided.code}`,
    `${decided.model}`,
    `${decided.person}`,
    reviews,
    `${(time / 1000).toFixed(2)} s`,
    `${tokens}`,
    `$${usd.toFixed(4)}`,
    status,
  ]);
  const [titles = '', ...lines] = table(head, rows);
  print(styled(titles, 'bold'));
  for (const line of lines) print(line);
}
