import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrchestrationExceptionFilter, Run, StepExecution } from 'nestjs-nestor';
import { LimitsController } from '../limits/index.js';
import { Ticket } from '../tickets/index.js';
import { ReviewsController } from './reviews.controller.js';
import { RunsController } from './runs.controller.js';
import { RunsService } from './runs.service.js';
import { TicketsController } from './tickets.controller.js';
import { TicketsService } from './tickets.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Ticket, Run, StepExecution])],
  controllers: [TicketsController, RunsController, ReviewsController, LimitsController],
  providers: [TicketsService, RunsService, { provide: APP_FILTER, useClass: OrchestrationExceptionFilter }],
  exports: [TicketsService],
})
export class ApiModule {}
