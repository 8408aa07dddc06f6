import type { Orchestrator, Principal } from 'nestjs-nestor';
import { lastValueFrom, tap } from 'rxjs';
import { SupportTicketWorkflow } from '../support/index.js';
import type { TicketDto } from '../tickets/index.js';
import { tellEvent } from './progress.js';

/** Tickets that are worked on at the same time. */
const atOnce = 4;

export interface StartedTicket {
  readonly ticket: TicketDto;
  readonly runId: string;
}

/** Starts a run for each ticket, a few at a time, and tells what happens until all have ended. */
export async function workThrough(
  orchestrator: Orchestrator,
  tickets: readonly TicketDto[],
  options: {
    readonly principal: Principal;
    readonly series: string;
    readonly started: (it: StartedTicket) => void;
  },
): Promise<void> {
  const waiting = [...tickets];
  const worker = async (): Promise<void> => {
    for (let ticket = waiting.shift(); ticket; ticket = waiting.shift()) {
      const { id } = ticket;
      const handle = await orchestrator.start(SupportTicketWorkflow, ticket, {
        principal: options.principal,
        idempotencyKey: `${options.series}/${id}`,
        tags: ['demo'],
      });
      options.started({ ticket, runId: handle.id });
      // Completes when the run has ended, however long it waits for people in between.
      await lastValueFrom(handle.events().pipe(tap((event) => tellEvent(id, event))));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
