import type { Candidate, Route } from './model-catalog.js';

/** Why models are asked in another order than the alias lists them in. */
export type OrderReason = 'cheapest' | 'degraded';

/** What of a request decides in which order models are asked. */
export interface OrderFacts {
  /** The most that a model may cost, in US dollars. */
  costOf(candidate: Candidate): number;
  /** A budget with `onExceeded: 'degrade'` has reached its soft limit. */
  readonly isShort: boolean;
}

export interface ModelOrder {
  readonly candidates: readonly Candidate[];
  readonly because?: OrderReason | undefined;
}

/** In which order the models of a route are asked. Those that cost the same stay in the order of the alias. */
export function orderOf({ candidates, strategy }: Route, { isShort, costOf }: OrderFacts): ModelOrder {
  if (candidates.length === 1 || (!isShort && strategy !== 'cheapest')) return { candidates };
  const costs = new Map(candidates.map((each) => [each, costOf(each)]));
  const cheapestFirst = candidates.toSorted((a, b) => (costs.get(a) ?? 0) - (costs.get(b) ?? 0));
  return { candidates: cheapestFirst, because: isShort ? 'degraded' : 'cheapest' };
}

/** Those with a larger window than a model for which a request was too long. Where one of both is not known, it may be larger. */
export function largerThan({ window }: Candidate, others: readonly Candidate[]): readonly Candidate[] {
  return others.filter((each) => window === undefined || each.window === undefined || each.window > window);
}

/**
 * The same route for the rest of a conversation: the model that has answered stays, those that have failed are not asked again.
 */
export function settledOn(route: Route, answered: Candidate, failed: readonly Candidate[]): Route {
  const others = route.candidates.filter((each) => each !== answered && !failed.includes(each));
  return { ...route, candidates: [answered, ...others], strategy: 'order' };
}
