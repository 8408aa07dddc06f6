import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { type DecisionOptions, type ReviewMetrics, ReviewService } from 'nestjs-nestor';
import { Decision, DecisionOfMany, DecisionWithValue, Delegation } from './decision.dto.js';
import { DecidedReview, ReviewView } from './review-view.dto.js';

/** The desk of the people in the loop. Who decides is the caller's principal, which the service takes by itself. */
@ApiTags('reviews')
@ApiBearerAuth()
@Controller('reviews')
export class ReviewsController {
  constructor(private readonly reviews: ReviewService) {}

  /** Open reviews, oldest first. */
  @Get()
  async list(): Promise<ReviewView[]> {
    const { items } = await this.reviews.list({ status: 'open' });
    return items.map((review) => ReviewView.of(review));
  }

  /** How people decide, by what has asked them: in the last 30 days. */
  @Get('metrics')
  metrics(): Promise<readonly ReviewMetrics[]> {
    return this.reviews.metrics();
  }

  /** Many alike, each as it was shown. The answer tells what became of each. */
  @Post('decide')
  @HttpCode(200)
  async decide(@Body() { choice, reviews, reason }: DecisionOfMany): Promise<DecidedReview[]> {
    const decisions = await this.reviews.decideAll(choice, reviews, reason === undefined ? {} : { reason });
    return decisions.map((each) =>
      each.ok ? { id: each.id, ok: true } : { id: each.id, ok: false, message: each.error.message },
    );
  }

  @Get(':id')
  async get(@Param('id') id: string): Promise<ReviewView> {
    return ReviewView.of(await this.reviews.get(id));
  }

  /** You are at it: for a quarter of an hour nobody else decides. */
  @Post(':id/claim')
  @HttpCode(200)
  async claim(@Param('id') id: string): Promise<ReviewView> {
    return ReviewView.of(await this.reviews.claim(id));
  }

  /** Gives it back before that. */
  @Post(':id/release')
  @HttpCode(200)
  async release(@Param('id') id: string): Promise<ReviewView> {
    return ReviewView.of(await this.reviews.release(id));
  }

  /** A colleague is to decide it. */
  @Post(':id/delegate')
  @HttpCode(200)
  async delegate(@Param('id') id: string, @Body() { to, reason }: Delegation): Promise<ReviewView> {
    return ReviewView.of(
      await this.reviews.delegate(id, { to, ...(reason === undefined ? {} : { reason }) }),
    );
  }

  /** The proposal is good as it is. */
  @Post(':id/approve')
  @HttpCode(200)
  async approve(@Param('id') id: string, @Body() decision: Decision): Promise<ReviewView> {
    return ReviewView.of(await this.reviews.approve(id, said(decision)));
  }

  /** The draft is written again, with the reason as feedback. */
  @Post(':id/reject')
  @HttpCode(200)
  async reject(@Param('id') id: string, @Body() decision: Decision): Promise<ReviewView> {
    return ReviewView.of(await this.reviews.reject(id, said(decision)));
  }

  /** The proposal, corrected. */
  @Post(':id/edit')
  @HttpCode(200)
  async edit(@Param('id') id: string, @Body() decision: DecisionWithValue): Promise<ReviewView> {
    return ReviewView.of(await this.reviews.edit(id, { ...said(decision), value: decision.value }));
  }

  /** A reply of your own. */
  @Post(':id/answer')
  @HttpCode(200)
  async answer(@Param('id') id: string, @Body() decision: DecisionWithValue): Promise<ReviewView> {
    return ReviewView.of(await this.reviews.answer(id, { ...said(decision), value: decision.value }));
  }
}

/** Only what a body may say; `by` is not among it. */
function said({ reason, proposedHash }: Decision): DecisionOptions {
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(proposedHash === undefined ? {} : { proposedHash }),
  };
}
