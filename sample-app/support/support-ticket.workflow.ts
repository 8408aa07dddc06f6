import {
  type AssembledContext,
  ContextService,
  Feedback,
  From,
  HumanReview,
  Input,
  MemoryService,
  ModelService,
  part,
  Step,
  StepContext,
  StepCtx,
  Workflow,
} from 'nestjs-nestor';
import { InjectKnowledgeBase, KnowledgeBase } from 'nestjs-nestor/retrieval';
import { CaseReference, CaseService } from '../cases/index.js';
import { OutboxMailer, SentMail } from '../mail/index.js';
import { TicketDto } from '../tickets/index.js';
import { Classification } from './classification.dto.js';
import { draftOf, withoutMarks } from './citing.js';
import { Draft, Reply } from './draft.dto.js';
import { Note, TicketOutcome } from './outcome.dto.js';
import { customerOf, readingForPrompt, ticketForPrompt, whatWasDone } from './prompt-data.js';
import { isAnswered, needsCase, needsPerson } from './rules.js';

/** From a customer's message to the sent reply: the models propose, this class says in which order and who decides. */
@Workflow({
  description:
    'Answers a support ticket from the knowledge base; a support lead decides where it is delicate.',
  timeout: '15m',
  budget: { usd: 0.5 },
  result: 'summarise',
})
export class SupportTicketWorkflow {
  static readonly input = TicketDto;
  static readonly output = TicketOutcome;

  constructor(
    @InjectKnowledgeBase('articles') private readonly articles: KnowledgeBase,
    private readonly models: ModelService,
    private readonly context: ContextService,
    private readonly memory: MemoryService,
    private readonly cases: CaseService,
    private readonly mailer: OutboxMailer,
  ) {}

  @Step({ title: 'Read the ticket', output: Classification })
  async classify(@Input() ticket: TicketDto): Promise<Classification> {
    const { output } = await this.models.generate({
      template: 'classify',
      variables: { ticket: ticketForPrompt(ticket) },
      output: Classification,
    });
    return output;
  }

  /** Help pages and what is remembered of the customer, as the model will read it. If no page is found, the draft is written without any. */
  @Step({
    title: 'Gather what is known',
    when: ({ outputs }) => isAnswered(outputs.classify),
    retry: { attempts: 3 },
    timeout: '5s',
    fallback: 'withoutArticles',
  })
  search(
    @Input() ticket: TicketDto,
    @From('classify') { searchTerms }: Classification,
  ): Promise<AssembledContext> {
    const query = searchTerms.join(' ') || ticket.subject;
    return this.context.assemble({
      tokens: 4_000,
      parts: [
        part.retrieved('articles', this.articles, { query, limit: 6, share: 0.8, required: true }),
        part.memories('customer', { about: customerOf(ticket), query }),
      ],
    });
  }

  withoutArticles(@Input() ticket: TicketDto): Promise<AssembledContext> {
    const parts = [part.memories('customer', { about: customerOf(ticket) })];
    return this.context.assemble({ tokens: 1_000, parts });
  }

  @Step({
    title: 'Open a case',
    when: ({ outputs }) => needsCase(outputs.classify),
    compensate: 'closeCase',
  })
  escalate(
    @Input() ticket: TicketDto,
    @From('classify') { topic, urgency }: Classification,
    @StepCtx() ctx: StepContext,
  ): Promise<CaseReference> {
    const summary = `${ticket.id}, urgency ${urgency}: ${ticket.subject}`.slice(0, 500);
    return this.cases.open({ topic, summary, key: ctx.idempotencyKey });
  }

  async closeCase(@StepCtx() ctx: StepContext): Promise<void> {
    await this.cases.close({ key: ctx.idempotencyKey });
  }

  @Step({
    title: 'Draft the reply',
    when: ({ outputs }) => isAnswered(outputs.classify),
    output: Draft,
  })
  @HumanReview({
    when: ({ output, outputs }) => needsPerson(output, outputs.classify),
    roles: ['support-lead'],
    timeout: '2d',
    onTimeout: 'reject',
    title: 'Reply to a customer',
    instructions: 'Is it true, is it polite, does it promise nothing that we do not keep?',
    form: Draft,
    onReject: { repeat: 'draft', max: 2 },
  })
  async draft(
    @Input() ticket: TicketDto,
    @From('classify') reading: Classification,
    @From('search') context: AssembledContext | undefined,
    @From('escalate') supportCase: CaseReference | undefined,
    @Feedback() feedback: string | undefined,
  ): Promise<Draft> {
    const { output, ...cited } = await this.models.generate({
      template: 'draft',
      variables: {
        ticket: ticketForPrompt(ticket),
        reading: readingForPrompt(reading),
        caseNumber: supportCase?.number ?? null,
        feedback: feedback ?? null,
      },
      context,
      output: Reply,
    });
    return draftOf(output, cited);
  }

  @Step({ title: 'Send the reply' })
  send(@Input() ticket: TicketDto, @From('draft') { subject, body }: Draft): Promise<SentMail> {
    return this.mailer.send({ to: ticket.email, subject, body: withoutMarks(body) });
  }

  @Step({ title: 'Write the notes', output: TicketOutcome })
  async summarise(
    @Input() ticket: TicketDto,
    @From('classify') reading: Classification,
    @From('escalate') supportCase: CaseReference | undefined,
    @From('send') sent: SentMail | undefined,
  ): Promise<TicketOutcome> {
    const { output: note } = await this.models.generate({
      template: 'summarise',
      variables: {
        ticket: ticketForPrompt(ticket),
        reading: readingForPrompt(reading),
        done: whatWasDone(reading, supportCase, sent),
      },
      output: Note,
    });
    if (isAnswered(reading))
      await this.memory.remember({
        about: customerOf(ticket),
        text: `${ticket.receivedAt.slice(0, 10)}: ${note.summary}`,
        expiresIn: '365d',
      });
    return {
      ticketId: ticket.id,
      topic: reading.topic,
      answered: sent !== undefined,
      ...(sent ? { messageId: sent.messageId } : {}),
      ...(supportCase ? { caseNumber: supportCase.number } : {}),
      summary: note.summary,
    };
  }
}
