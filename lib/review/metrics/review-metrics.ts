import type { Review } from '../../database/index.js';
import { query, readQuery } from '../../values/index.js';
import { type Choice, choicesOf, type ReviewKind } from '../../workflow/index.js';

/** Of which reviews. */
export interface ReviewMetricsFilter {
  /** Requested from then on. @default 30 days ago */
  readonly from?: Date | undefined;
  /** Requested before. @default now */
  readonly to?: Date | undefined;
  /** Of this workflow. @default all that the caller sees */
  readonly workflow?: string | undefined;
  /** Of this tenant, for who sees several. @default those of the caller's tenant */
  readonly tenant?: string | undefined;
}

/** What asks for reviews: a step's or a tool's `@HumanReview`, a guardrail, or something that went wrong. */
export interface ReviewRule {
  readonly workflow: string;
  readonly step: string | null;
  /** Kind and name of the call: `tool openCase`. */
  readonly subject: string | null;
  readonly kind: ReviewKind;
  readonly guardrail: string | null;
}

/** What became of the reviews that one rule has asked for. */
export interface ReviewMetrics extends ReviewRule {
  readonly requested: number;
  readonly open: number;
  /** Since when the oldest open one waits. */
  readonly oldestOpenAt: Date | null;
  /** By people. */
  readonly decided: number;
  /** How often people have chosen each. */
  readonly choices: { readonly [choice in Choice]: number };
  /** By time. */
  readonly expired: number;
  readonly replaced: number;
  /** Milliseconds from the request to a person's decision, interpolated; null where nobody has decided. */
  readonly timeToDecision: { readonly median: number; readonly p95: number } | null;
  /** The share of decisions about proposals that were not to approve them as they were; null where there is none. */
  readonly overturnRate: number | null;
}

/** Milliseconds that the figures cover where nothing else is said: 30 days. */
export const usualPeriod = 30 * 86_400_000;

const rules = {
  from: query.time,
  to: query.time,
  workflow: query.textField,
  tenant: query.canonicalName,
} as const;

/** A filter from outside, checked. @throws {InputValidationError} naming what does not fit */
export function readMetricsFilter(filter: ReviewMetricsFilter): ReviewMetricsFilter {
  return readQuery(filter, rules, 'ReviewService.metrics()');
}

/** Kinds in which something is proposed, so that another decision than to approve it overturns it. */
const proposing: ReadonlySet<ReviewKind> = new Set<ReviewKind>(['output', 'before', 'call', 'guardrail']);

export const choices: readonly Choice[] = [...new Set(Object.values(choicesOf).flat())];

/** What is counted of one rule, before the rates. */
export type ReviewCounts = Omit<ReviewMetrics, 'overturnRate'>;

/** With what follows from the counts. */
export function withRates(counts: ReviewCounts): ReviewMetrics {
  const { kind, decided, choices: chosen } = counts;
  const hasRate = proposing.has(kind) && decided > 0;
  return { ...counts, overturnRate: hasRate ? (decided - chosen.approve) / decided : null };
}

/** The figures of all these reviews, by rule, in the order of workflow, step, subject, kind and guardrail. */
export function countReviews(reviews: readonly Review[]): ReviewMetrics[] {
  const byRule = new Map<string, Review[]>();
  for (const review of reviews) {
    const rule = JSON.stringify(ruleOf(review));
    byRule.set(rule, [...(byRule.get(rule) ?? []), review]);
  }
  return [...byRule.values()]
    .map((group) => withRates(countGroup(group)))
    .toSorted((a, b) => compareRules(ruleOf(a), ruleOf(b)));
}

function countGroup(group: readonly Review[]): ReviewCounts {
  const [first] = group;
  if (!first) throw new Error('a group has a member');
  const [workflow, step, subject, kind, guardrail] = ruleOf(first);
  const of = (status: Review['status']) => group.filter((review) => review.status === status);
  const [open, decided] = [of('open'), of('decided')];
  const times = decided.flatMap(({ createdAt, decidedAt }) =>
    decidedAt ? [decidedAt.getTime() - createdAt.getTime()] : [],
  );
  const chosen = choices.map((choice) => [choice, decided.filter((one) => one.choice === choice).length]);
  return {
    workflow,
    step,
    subject,
    kind,
    guardrail,
    requested: group.length,
    open: open.length,
    oldestOpenAt:
      open.map(({ createdAt }) => createdAt).toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null,
    decided: decided.length,
    // one entry for each choice
    choices: Object.fromEntries(chosen) as ReviewCounts['choices'],
    expired: of('expired').length,
    replaced: of('replaced').length,
    timeToDecision: times.length === 0 ? null : { median: quantile(times, 0.5), p95: quantile(times, 0.95) },
  };
}

/** Between the two nearest values, as `percentile_cont` of PostgreSQL has it. @param values at least one */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below = 0, above = 0] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place - Math.floor(place));
}

function ruleOf({ workflow, step, subject, kind, guardrail }: ReviewRule) {
  return [workflow, step, subject, kind, guardrail] as const;
}

/** What is null comes last, as in the database. */
function compareRules(a: readonly (string | null)[], b: readonly (string | null)[]): number {
  const index = a.findIndex((part, place) => part !== b[place]);
  const [left, right] = [a[index] ?? null, b[index] ?? null];
  if (index < 0) return 0;
  if (left === null) return 1;
  return right === null || left < right ? -1 : 1;
}
