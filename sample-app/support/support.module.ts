import { Module } from '@nestjs/common';
import { CasesModule } from '../cases/index.js';
import { KnowledgeModule } from '../knowledge/index.js';
import { MailModule } from '../mail/index.js';
import { InstructionWatch } from './instruction-watch.js';
import { ReviewNotice } from './review-notice.js';
import { SupportTicketWorkflow } from './support-ticket.workflow.js';

@Module({
  imports: [KnowledgeModule, CasesModule, MailModule],
  providers: [SupportTicketWorkflow, InstructionWatch, ReviewNotice],
  exports: [SupportTicketWorkflow],
})
export class SupportModule {}
