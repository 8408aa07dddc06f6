import type { CurrentPrincipal, Principal, Review, ReviewService } from 'nestjs-nestor';
import type { Draft } from '../support/index.js';
import type { TicketDto } from '../tickets/index.js';

/** Milliseconds between two looks at the list of open reviews. */
const interval = 100;

/**
 * Plays the support lead, so that the demo can end without one. It goes through the same door as a person: it lists what it
 * may decide, reads the proposal, and decides with its own principal.
 */
export class SimulatedLead {
  readonly principal: Principal = {
    id: 'lead.lena (simulated)',
    roles: ['support-lead'],
    tenant: 'mossbell',
  };
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly reviews: ReviewService,
    private readonly current: CurrentPrincipal,
    private readonly ticketOf: (runId: string) => TicketDto | undefined,
    private readonly told: (ticket: TicketDto, what: string) => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      const look = () => this.current.run(this.principal, () => this.look());
      this.looking = this.looking.then(look).catch(this.failed);
    }, interval);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    const { items } = await this.reviews.list({ decidableBy: this.principal });
    for (const review of items) {
      const ticket = this.ticketOf(review.runId);
      if (ticket) await this.decide(review, ticket);
    }
  }

  private async decide(review: Review, ticket: TicketDto): Promise<void> {
    const ruling =
      review.kind === 'output' ? rule(ticket, review.proposed as Draft) : { choice: 'approve' as const };
    this.told(ticket, ruling.choice === 'approve' ? 'approves' : `${ruling.choice}s: ${ruling.reason}`);
    switch (ruling.choice) {
      case 'approve':
        return void (await this.reviews.approve(review.id, { proposedHash: review.proposedHash }));
      case 'reject':
        return void (await this.reviews.reject(review.id, { reason: ruling.reason }));
      case 'edit':
      case 'answer':
        return void (await this.reviews[ruling.choice](review.id, {
          reason: ruling.reason,
          value: ruling.value,
        }));
    }
  }
}

type Ruling =
  | { readonly choice: 'approve' }
  | { readonly choice: 'reject'; readonly reason: string }
  | { readonly choice: 'edit' | 'answer'; readonly reason: string; readonly value: Draft };

/** The lead's rule: angry people get an apology, lawyers only a receipt, unclear questions an answer by hand. */
export function rule(ticket: TicketDto, draft: Draft): Ruling {
  const text = `${ticket.subject}\n${ticket.body}`;
  if (ticket.body === '') return { choice: 'approve' };
  if (/attorney|lawyer|legal action/i.test(text)) {
    const body =
      'Dear Madam or Sir,\n\nwe have received your letter and handed it to our legal department (legal@mossbell.example), ' +
      'which will reply to you in writing.\n\nKind regards\nMossbell Support';
    return {
      choice: 'edit',
      reason: 'to a lawyer we only confirm the receipt',
      value: { ...draft, body, confidence: 1 },
    };
  }
  if (/joke|garbage|ridiculous|thieves/i.test(text) && !/sorry|apolog/i.test(draft.body)) {
    return { choice: 'reject', reason: 'begin with an apology' };
  }
  if (draft.sources.length === 0 || draft.confidence < 0.4) {
    const body =
      `Hello${ticket.name === '' ? '' : ` ${ticket.name}`},\n\nthank you for writing to us. I have read your message myself ` +
      'and passed it on to the colleagues who know most about it; you hear from us by tomorrow.\n\nKind regards\nLena, Mossbell Support';
    return {
      choice: 'answer',
      reason: 'the articles do not answer it',
      value: { ...draft, body, sources: [], confidence: 1 },
    };
  }
  return { choice: 'approve' };
}
