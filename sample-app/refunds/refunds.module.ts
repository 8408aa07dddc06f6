import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { KnowledgeModule } from '../knowledge/index.js';
import { MailModule } from '../mail/index.js';
import { OrderDesk } from './order-desk.js';
import { OrderLoader } from './order-loader.js';
import { Order } from './order.entity.js';
import { RefundAgent } from './refund.agent.js';
import { RefundTicketWorkflow } from './refund-ticket.workflow.js';

@Module({
  imports: [TypeOrmModule.forFeature([Order]), KnowledgeModule, MailModule],
  providers: [OrderDesk, OrderLoader, RefundAgent, RefundTicketWorkflow],
  exports: [OrderDesk],
})
export class RefundsModule {}
