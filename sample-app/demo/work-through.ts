import type { Orchestrator, RunEvent } from 'nestjs-nestor';
import { lastValueFrom, tap } from 'rxjs';
import type { RefundTicketWorkflow } from '../refunds/index.js';
import type { SupportTicketWorkflow } from '../support/index.js';
import type { TicketDto } from '../tickets/index.js';

export interface StartedTicket {
  readonly ticket: TicketDto;
  readonly runId: string;
}

export interface WorkOptions {
  /** What is done about each ticket. */
  readonly workflow: typeof SupportTicketWorkflow | typeof RefundTicketWorkflow;
  /** Tickets that are worked on at the same time. */
  readonly atOnce: number;
  readonly series: string;
  readonly started: (it: StartedTicket) => void;
  readonly tell: (ticket: string, event: RunEvent) => void;
}

/** Starts a run for each ticket in the name of the caller, a few at a time, and tells what happens until all have ended. */
export async function workThrough(
  orchestrator: Orchestrator,
  tickets: readonly TicketDto[],
  options: WorkOptions,
): Promise<void> {
  const waiting = [...tickets];
  const worker = async (): Promise<void> => {
    for (let ticket = waiting.shift(); ticket; ticket = waiting.shift()) {
      const { id } = ticket;
      const handle = await orchestrator.start(options.workflow, ticket, {
        idempotencyKey: `${options.series}/${id}`,
        tags: ['demo'],
      });
      options.started({ ticket, runId: handle.id });
      // Completes when the run has ended, however long it waits for people in between.
      await lastValueFrom(handle.events().pipe(tap((event) => options.tell(id, event))));
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, worker));
}
