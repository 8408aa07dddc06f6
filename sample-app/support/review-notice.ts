import { Injectable, Logger } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import type { RunRecord } from 'nestjs-nestor';

/** Tells the team that somebody has to look. A hint: the review is under `/reviews` anyway. */
@Injectable()
export class ReviewNotice {
  private readonly logger = new Logger(ReviewNotice.name);

  @OnEvent('orchestration.review.requested')
  notice({ step, payload }: RunRecord<'review.requested'>): void {
    this.logger.log(
      `${payload.title ?? step ?? 'A run'} waits for ${payload.roles.join(' or ')}: /reviews/${payload.reviewId}`,
    );
  }
}
