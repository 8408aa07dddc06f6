import { Agent, AgentService, any, costUsd, Input, maxTurns, Step, Workflow } from 'nestjs-nestor';
import type { Answer } from '../answer.js';
import { BillingDesk, TechnicalDesk } from './specialists.js';

/** Finds out whose question it is, and hands it over. */
@Agent({
  description: 'Receives customers',
  instructions:
    'You receive customers of a shop for plant sensors. Hand each question over to the desk that knows.',
  handoffs: () => [BillingDesk, TechnicalDesk],
  stopWhen: any(maxTurns(8), costUsd(0.25)),
  maxTokens: 300,
})
export class Reception {}

/** Level 5: several agents. Every turn is a record: a crash costs no turn, and each desk keeps to its own tools. */
@Workflow({ budget: { usd: 0.3 } })
export class AgentsWorkflow {
  constructor(private readonly agents: AgentService) {}

  @Step()
  async answer(@Input() question: string): Promise<Answer> {
    const { text } = await this.agents.run(Reception, question);
    return { answer: text };
  }
}
