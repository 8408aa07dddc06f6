import { Module } from '@nestjs/common';
import { KnowledgeModule } from '../knowledge/index.js';
import { RefundsModule } from '../refunds/index.js';
import { BillingAgent } from './agents/billing.agent.js';
import { ResearchAgent } from './agents/research.agent.js';
import { DeviceSpecialist, OrderSpecialist, PolicySpecialist } from './agents/specialists.js';
import { TechnicalAgent } from './agents/technical.agent.js';
import { TriageAgent } from './agents/triage.agent.js';
import { ChatController } from './chat.controller.js';
import { ChatPageController } from './chat-page.controller.js';

@Module({
  imports: [KnowledgeModule, RefundsModule],
  controllers: [ChatPageController, ChatController],
  providers: [
    TriageAgent,
    BillingAgent,
    TechnicalAgent,
    ResearchAgent,
    PolicySpecialist,
    DeviceSpecialist,
    OrderSpecialist,
  ],
})
export class ChatModule {}
