import type { Review } from '../database/index.js';

/** A review as it is at this time: a claim whose time is over is none. */
export function claimedAsOf(review: Review, now: number): Review {
  const { status, claimedBy, claimedUntil } = review;
  if (status !== 'open' || claimedBy === null || (claimedUntil?.getTime() ?? 0) > now) return review;
  return { ...review, claimedBy: null, claimedUntil: null };
}
