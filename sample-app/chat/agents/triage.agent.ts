import { Agent, any, costUsd, maxTurns, repeatedCall } from 'nestjs-nestor';
import { BillingAgent } from './billing.agent.js';
import { notes } from './notes.js';
import { ResearchAgent } from './research.agent.js';
import { TechnicalAgent } from './technical.agent.js';

/** Whom a customer talks to first. Its conditions hold for the whole answer, from any of the agents. */
@Agent({
  description: 'Finds out what a customer wants, and hands over to who can help',
  model: 'fast',
  instructions: { template: 'chat-triage' },
  handoffs: () => [BillingAgent, TechnicalAgent, ResearchAgent],
  stopWhen: any(maxTurns(12), costUsd(0.25), repeatedCall(3)),
  maxTokens: 1_000,
  budget: { usd: 0.5 },
})
export class TriageAgent {
  static readonly state = notes;
}
