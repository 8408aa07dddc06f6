import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { type DecisionOptions, ReviewService } from 'nestjs-nestor';
import { Decision, DecisionWithValue } from './decision.dto.js';
import { ReviewView } from './review-view.dto.js';

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

  @Get(':id')
  async get(@Param('id') id: string): Promise<ReviewView> {
    return ReviewView.of(await this.reviews.get(id));
  }

  /** Tells colleagues that you are at it. */
  @Post(':id/claim')
  @HttpCode(200)
  async claim(@Param('id') id: string): Promise<ReviewView> {
    return ReviewView.of(await this.reviews.claim(id));
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
