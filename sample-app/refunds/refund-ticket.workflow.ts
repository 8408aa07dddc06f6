import { AgentService, From, Input, Step, Workflow } from 'nestjs-nestor';
import { OutboxMailer, type SentMail } from '../mail/index.js';
import { TicketDto } from '../tickets/index.js';
import { RefundDecision, RefundOutcome } from './refund.dto.js';
import { RefundAgent } from './refund.agent.js';

interface Solved extends RefundDecision {
  readonly stoppedBy: string;
}

/** The second way through a ticket: a model chooses the steps that `SupportTicketWorkflow` writes down, within its limits. */
@Workflow({
  description: 'An agent solves a ticket about money',
  timeout: '15m',
  budget: { usd: 0.4 },
  result: 'close',
})
export class RefundTicketWorkflow {
  static readonly input = TicketDto;
  static readonly output = RefundOutcome;

  constructor(
    private readonly agents: AgentService,
    private readonly mailer: OutboxMailer,
  ) {}

  @Step({ title: 'Let the agent solve it' })
  async solve(@Input() ticket: TicketDto): Promise<Solved> {
    const { output, stop } = await this.agents.run(RefundAgent, ticket);
    return { ...output, stoppedBy: stop.condition };
  }

  @Step({ title: 'Send the reply' })
  send(@Input() ticket: TicketDto, @From('solve') { reply }: Solved): Promise<SentMail> {
    return this.mailer.send({ to: ticket.email, subject: `Re: ${ticket.subject}`, body: reply });
  }

  @Step({ title: 'Close the ticket', output: RefundOutcome })
  close(
    @Input() ticket: TicketDto,
    @From('solve') { decision, amountEur, stoppedBy }: Solved,
    @From('send') sent: SentMail,
  ): RefundOutcome {
    return { ticketId: ticket.id, decision, amountEur, stoppedBy, answered: sent.messageId !== '' };
  }
}
