import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { AuditService, Orchestrator, ReviewService } from 'nestjs-nestor';
import { RefundDto, RefundWorkflow } from './refund.workflow.js';

@Controller()
export class RefundsController {
  constructor(
    private readonly orchestrator: Orchestrator,
    private readonly reviews: ReviewService,
    private readonly audit: AuditService,
  ) {}

  @Post('refunds')
  async start(@Body() refund: RefundDto) {
    const { id } = await this.orchestrator.start(RefundWorkflow, refund);
    return { id };
  }

  /** What the run says once nothing of it is on its way. */
  @Get('refunds/:id')
  async state(@Param('id') id: string) {
    return await this.orchestrator.handle(id).idle();
  }

  @Get('refunds/:id/audit')
  async verified(@Param('id') id: string) {
    return { ok: (await this.audit.verify(id)).ok };
  }

  @Post('reviews/:id/approve')
  async approve(@Param('id') id: string) {
    const { decidedBy } = await this.reviews.approve(id);
    return { decidedBy };
  }
}
