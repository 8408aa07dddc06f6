import {
  Body,
  Controller,
  Delete,
  type DynamicModule,
  type ExecutionContext,
  Get,
  HttpCode,
  type INestApplication,
  Module,
  Param,
  Post,
  type Provider,
  Res,
  type Type,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  type AgentClass,
  AgentService,
  ConversationService,
  OrchestrationExceptionFilter,
  OrchestrationModule,
  type Principal,
  ReviewService,
} from 'nestjs-nestor';
import { type HttpResponse, pipeUIMessageStream, readUIMessages, uiMessagesOf } from 'nestjs-nestor/ui';
import { openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { HaltingModel } from '../e2e/halting-model.js';
import type { Store } from '../e2e/host.js';

/** Who is calling: `ann`, or `lee: lead, clerk` with their roles. */
function principalOf(context: ExecutionContext): Principal | undefined {
  const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
  const [id, roles = ''] = headers['x-user']?.split(':') ?? [];
  return id === undefined
    ? undefined
    : { id, roles: roles.split(',').flatMap((role) => role.trim() || []), tenant: 'acme' };
}

/** What a host writes for a chat with one agent. */
export function chatControllerOf(agent: AgentClass): Type {
  @Controller('chat')
  class ChatController {
    constructor(
      private readonly agents: AgentService,
      private readonly reviews: ReviewService,
      private readonly conversations: ConversationService,
    ) {}

    @Post()
    async chat(@Body() body: unknown, @Res() response: HttpResponse): Promise<void> {
      const { input, decisions, conversation, after } = readUIMessages(body);
      for (const { reviewId, choice, ...options } of decisions)
        await this.reviews.decide(reviewId, choice, options);
      if (input === undefined)
        return pipeUIMessageStream(await this.agents.resume(conversation.id), response, { after });
      await this.conversations.open({ id: conversation.id });
      const answer = await this.agents.stream(agent, input, { conversation });
      await pipeUIMessageStream(answer, response);
    }

    /** A request whose end is the end of the run. */
    @Post('attended')
    async attended(@Body() body: unknown, @Res() response: HttpResponse): Promise<void> {
      const { input, conversation } = readUIMessages(body);
      await this.conversations.open({ id: conversation.id });
      const answer = await this.agents.stream(agent, input ?? '', { conversation });
      await pipeUIMessageStream(answer, response, { onDisconnect: 'cancel' });
    }

    @Get(':id/stream')
    async resume(@Param('id') id: string, @Res() response: HttpResponse): Promise<void> {
      await pipeUIMessageStream(await this.agents.resume(id), response);
    }

    @Delete(':id/stream')
    @HttpCode(204)
    async stop(@Param('id') id: string): Promise<void> {
      await (await this.agents.resume(id))?.handle.cancel('stopped by the user');
    }

    @Get(':id')
    async messages(@Param('id') id: string) {
      const { items } = await this.conversations.messages(id);
      return uiMessagesOf(items, { active: await this.agents.resume(id) });
    }
  }
  return ChatController;
}

/** What a host has for its chat. */
export interface ChatParts {
  readonly controllers: readonly Type[];
  readonly providers: readonly Provider[];
}

@Module({})
class ChatModule {
  static with({ controllers, providers }: ChatParts): DynamicModule {
    return {
      module: ChatModule,
      controllers: [...controllers],
      providers: [...providers, { provide: APP_FILTER, useClass: OrchestrationExceptionFilter }],
    };
  }
}

export type Platform = 'Express' | 'Fastify';

/** A backend with a chat, that listens. */
export interface ChatHost {
  readonly url: string;
  readonly model: HaltingModel;
  readonly app: INestApplication;
  close(): Promise<void>;
}

export async function openChatHost(platform: Platform, store: Store, parts: ChatParts): Promise<ChatHost> {
  const database: TestDatabase | undefined = store === 'database' ? await openTestDatabase() : undefined;
  const model = new HaltingModel('halting');
  const options = {
    models: { providers: [model], default: 'halting/default' },
    principal: principalOf,
  } as const;
  const module = await Test.createTestingModule({
    imports: [
      ...(database ? [TypeOrmModule.forRoot({ ...database.options, migrations: [] })] : []),
      OrchestrationModule.forRoot(database ? options : { ...options, persistence: 'memory' }),
      ChatModule.with(parts),
    ],
  }).compile();
  const adapter = platform === 'Express' ? new ExpressAdapter() : new FastifyAdapter();
  const app = module.createNestApplication(adapter, { logger: ['error'] });
  await app.listen(0);
  return {
    url: (await app.getUrl()).replace('[::1]', 'localhost'),
    model,
    app,
    close: async () => {
      await app.close();
      await database?.close();
    },
  };
}
