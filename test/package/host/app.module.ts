import { type ExecutionContext, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  orchestrationEntities,
  OrchestrationExceptionFilter,
  orchestrationMigrations,
  OrchestrationModule,
} from 'nestjs-nestor';
import { embeddedPostgres } from 'nestjs-nestor/embedded';
import { maxLength } from 'nestjs-nestor/guardrails';
import { openai } from 'nestjs-nestor/openai';
import { AnsweringAgent } from './answering.agent.js';
import { AskingAgent } from './asking.agent.js';
import { Customer, Payments, RefundWorkflow } from './refund.workflow.js';
import { RefundsController } from './refunds.controller.js';

const { DATABASE_URL, DATA_DIRECTORY = '', MODELS_URL = '' } = process.env;

/** `x-user: lena/lead`; a real host has a guard here. */
function principal(context: ExecutionContext) {
  const headers = context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers;
  const [id, ...roles] = (headers['x-user'] ?? '').split('/');
  return id ? { id, roles } : undefined;
}

@Module({
  imports: [
    TypeOrmModule.forRoot({
      ...(DATABASE_URL
        ? { type: 'postgres' as const, url: DATABASE_URL }
        : embeddedPostgres({ directory: DATA_DIRECTORY })),
      entities: [...orchestrationEntities],
      migrations: [...orchestrationMigrations],
      migrationsRun: true,
    }),
    OrchestrationModule.forRoot({
      principal,
      guardrails: [maxLength({ at: 'run.input', limit: 1000 })],
      models: {
        providers: [openai({ apiKey: 'none', baseURL: MODELS_URL })],
        default: 'openai/gpt-5-mini',
      },
    }),
  ],
  controllers: [RefundsController],
  providers: [
    Customer,
    Payments,
    RefundWorkflow,
    AskingAgent,
    AnsweringAgent,
    { provide: APP_FILTER, useClass: OrchestrationExceptionFilter },
  ],
})
export class AppModule {}
