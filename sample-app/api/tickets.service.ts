import { ForbiddenException, Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { CurrentPrincipal, Orchestrator } from 'nestjs-nestor';
import { Repository } from 'typeorm';
import { RefundTicketWorkflow } from '../refunds/index.js';
import { SupportTicketWorkflow } from '../support/index.js';
import { Ticket, TicketDto, ticketId } from '../tickets/index.js';
import type { AcceptedTicket, TicketView } from './answers.dto.js';
import { RunsService } from './runs.service.js';

/** Who chooses the steps of a ticket: the workflow as it is written, or a model within its limits. */
export const ways = ['workflow', 'agent'] as const;
export type Way = (typeof ways)[number];

@Injectable()
export class TicketsService {
  constructor(
    private readonly orchestrator: Orchestrator,
    private readonly runs: RunsService,
    private readonly current: CurrentPrincipal,
    @InjectRepository(Ticket) private readonly tickets: Repository<Ticket>,
  ) {}

  /**
   * Posting a ticket again gives the same run: its id is the idempotency key. So if the process dies between the two
   * lines, the next post of the ticket repairs it.
   */
  async accept(ticket: TicketDto, way: Way = 'workflow'): Promise<AcceptedTicket> {
    const tenant = this.shop();
    const workflow = way === 'agent' ? RefundTicketWorkflow : SupportTicketWorkflow;
    const run = await this.orchestrator.start(workflow, ticket, { idempotencyKey: ticket.id });
    const row = { ...ticket, tenant, receivedAt: new Date(ticket.receivedAt), runId: run.id };
    await this.tickets.upsert(row, ['tenant', 'id']);
    return {
      id: ticket.id,
      runId: run.id,
      links: { ticket: `/tickets/${ticket.id}`, run: `/runs/${run.id}`, events: `/runs/${run.id}/events` },
    };
  }

  async view(id: string): Promise<TicketView> {
    const ticket = ticketId.test(id) ? await this.findOne(id) : undefined;
    if (!ticket) throw new NotFoundException(`There is no ticket ${id}: post it to /tickets first.`);
    const { receivedAt, channel, name, subject, body } = ticket;
    return { id, receivedAt, channel, name, subject, body, run: await this.runs.view(ticket.runId) };
  }

  /** Of the caller's shop; who belongs to none sees those of all, and of two with one id the first. */
  private findOne(id: string): Promise<Ticket | null> {
    const tenant = this.current.get()?.tenant;
    return this.tickets.findOneBy({ id, ...(tenant === undefined ? {} : { tenant }) });
  }

  /** @throws {ForbiddenException} for who belongs to none */
  private shop(): string {
    const tenant = this.current.get()?.tenant;
    if (tenant === undefined)
      throw new ForbiddenException('Tickets come in for a shop, and you belong to none.');
    return tenant;
  }
}
