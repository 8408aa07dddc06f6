import { RunDispatcher } from '../dispatch/index.js';
import { AccessPolicy, PrincipalResolver } from '../access/index.js';
import { Instrumentation } from '../scope/index.js';
import type { CacheOptions } from '../cache/index.js';
import type { OpenReviewMaximums } from '../limits/index.js';
import { longestClaim, type ReviewsOptions } from '../review/index.js';
import { type Duration, milliseconds } from '../clock/index.js';
import { option, type OptionRule, type OptionRules } from '../values/index.js';
import type { AuditOptions, OrchestrationExtras, OrchestrationOptions } from './orchestration.options.js';

/** Characters. */
const shortestSecret = 16;

const dispatcher: OptionRule = (value, path) =>
  typeof value === 'function' || value instanceof RunDispatcher
    ? []
    : [`${path} has to be what bullmqDispatcher() gives, or a RunDispatcher.`];

const access: OptionRule = (value, path) =>
  value instanceof AccessPolicy ? [] : [`${path} has to be an AccessPolicy: extend that class.`];

const principals: OptionRule = (value, path) =>
  value instanceof PrincipalResolver ? [] : [`${path} has to be a PrincipalResolver: extend that class.`];

const instrumentation: OptionRule = (value, path) =>
  value instanceof Instrumentation ? [] : [`${path} has to be an Instrumentation: extend that class.`];

const claim: OptionRule = (value, path) => {
  const problems = option.duration(value, path);
  if (problems.length > 0) return problems;
  const length = milliseconds(value as Duration);
  return length > 0 && length <= longestClaim
    ? []
    : [`${path} has to be more than nothing, and at most a week.`];
};

const maxOpen = option.fields({
  run: option.whole(1),
  user: option.whole(1),
  tenant: option.whole(1),
} satisfies OptionRules<OpenReviewMaximums>);

const samplingSecret: OptionRule = (value, path) =>
  typeof value === 'string' && value.length >= shortestSecret
    ? []
    : [`${path} has to be a text of at least ${shortestSecret} characters that nobody can guess.`];

const list: OptionRule = (value, path) =>
  Array.isArray(value) ? [] : [`${path} has to be a list, of what piiGuardrail() and its like give.`];

const extras = {
  persistence: option.oneOf('typeorm', 'memory'),
  dataSource: option.text,
  isGlobal: option.truth,
} satisfies OptionRules<OrchestrationExtras>;

const options = {
  // Models and prices have rules of their own: names point at one another there.
  models: option.anything,
  templates: option.anything,
  guardrails: list,
  principal: option.pure,
  principals,
  access,
  tenancy: option.oneOf('optional', 'required'),
  instrumentation,
  prices: option.anything,
  // Each has rules of its own.
  budgets: option.anything,
  concurrencyLimits: option.anything,
  rateLimits: option.anything,
  cache: option.fields({ maxBytes: option.whole(1) } satisfies OptionRules<CacheOptions>),
  reviews: option.fields({ claim, maxOpen, samplingSecret } satisfies OptionRules<ReviewsOptions>),
  concurrency: option.whole(1),
  payloadLimit: option.whole(1),
  mediaLimit: option.whole(1),
  audit: option.fields({ retention: option.duration } satisfies OptionRules<AuditOptions>),
  role: option.oneOf('both', 'start', 'work'),
  dispatcher,
  drainTimeout: option.duration,
  dedicatedConnection: option.truth,
} satisfies OptionRules<OrchestrationOptions>;

/** Of the options that `forRoot` takes, or a factory gives. */
export const moduleOptions = option.fields({ ...options, ...extras });

/** Of what may be beside the factory of `forRootAsync`. */
export const extraOptions = option.fields(extras);
