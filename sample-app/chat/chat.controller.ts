import { Body, Controller, Delete, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { AgentService, ConversationService, ReviewService } from 'nestjs-nestor';
import {
  type HttpResponse,
  pipeUIMessageStream,
  readUIMessages,
  type UIMessage,
  uiMessagesOf,
} from 'nestjs-nestor/ui';
import { TriageAgent } from './agents/triage.agent.js';

/** The support chat, as `useChat` of the AI SDK speaks it, and as the page beside this file does. */
@ApiTags('chat')
@ApiBearerAuth()
@Controller('chat')
export class ChatController {
  constructor(
    private readonly agents: AgentService,
    private readonly reviews: ReviewService,
    private readonly conversations: ConversationService,
  ) {}

  /** What the customer says, confirms, or has looked up. The answer is a stream. */
  @Post()
  async say(@Body() body: object, @Res() response: HttpResponse): Promise<void> {
    const { input, decisions, conversation, after } = readUIMessages(body);
    for (const { reviewId, choice, ...options } of decisions)
      await this.reviews.decide(reviewId, choice, options);
    if (input === undefined)
      return pipeUIMessageStream(await this.agents.resume(conversation.id), response, { after });
    await this.conversations.open({ id: conversation.id });
    const window = { tokens: 8_000 };
    const answer = await this.agents.stream(TriageAgent, input, {
      conversation: { ...conversation, window },
    });
    return pipeUIMessageStream(answer, response);
  }

  /** What was said so far. */
  @Get(':id')
  async messages(@Param('id') id: string): Promise<UIMessage[]> {
    const { items } = await this.conversations.messages(id);
    return uiMessagesOf(items, { active: await this.agents.resume(id) });
  }

  /** The answer that is being given, from its beginning; 204 if there is none. */
  @Get(':id/stream')
  async resume(@Param('id') id: string, @Res() response: HttpResponse): Promise<void> {
    await pipeUIMessageStream(await this.agents.resume(id), response);
  }

  /** Ends the answer that is being given. */
  @Delete(':id/stream')
  @HttpCode(204)
  async stop(@Param('id') id: string): Promise<void> {
    const active = await this.agents.resume(id);
    await active?.handle.cancel('stopped by the customer');
  }
}
