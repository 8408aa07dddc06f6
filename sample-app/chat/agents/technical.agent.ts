import { IsString, MaxLength } from 'class-validator';
import { Agent, Tool } from 'nestjs-nestor';
import { KnowledgeService } from '../../knowledge/index.js';
import { ArticleQuery } from '../../refunds/index.js';
import { TriageAgent } from './triage.agent.js';

/** What a page tells of the browser that it is in. */
export class BrowserDetails {
  @IsString()
  @MaxLength(500)
  browser!: string;

  @IsString()
  @MaxLength(100)
  language!: string;

  @IsString()
  @MaxLength(100)
  timeZone!: string;
}

/** Helps with devices and with the dashboard. */
@Agent({
  description: 'Knows sensors, gateways and the dashboard',
  model: 'smart',
  instructions: { template: 'chat-technical' },
  handoffs: () => [TriageAgent],
  maxTokens: 1_000,
})
export class TechnicalAgent {
  constructor(private readonly knowledge: KnowledgeService) {}

  @Tool({ description: 'Finds what our help pages say about something.', effect: 'none' })
  findHelp({ words }: ArticleQuery): Promise<string> {
    return this.knowledge.pages(words);
  }

  @Tool({
    description: 'Which browser, language and time zone the customer has: for problems with the dashboard.',
    performedBy: 'client',
    output: BrowserDetails,
  })
  async browserDetails(): Promise<BrowserDetails> {
    throw new Error("The customer's browser performs it.");
  }
}
