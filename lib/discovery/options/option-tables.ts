import type {
  GuardrailOptions,
  RetryOptions,
  ToolOptions,
  WrittenReview,
  WrittenStep,
  WrittenWorkflow,
} from '../../decorators/index.js';
import { guardrailPoints } from '../../decorators/index.js';
import type { RunBudget } from '../../workflow/index.js';
import {
  anything,
  duration,
  fields,
  numeric,
  oneOf,
  type OptionRule,
  orFields,
  pure,
  text,
  whole,
} from './option-rules.js';

/** `satisfies` keeps each table complete: an option that is added to a type has to be added here. */
type Table<Options> = { readonly [Name in keyof Required<Options>]: OptionRule };

const effect = oneOf('none', 'idempotent', 'irreversible');
const onInDoubt = oneOf('review', 'retry', 'fail');

/** Of steps, tools and models. */
export const retryOptions = fields({
  attempts: whole(1),
  initialDelay: duration,
  maxDelay: duration,
  factor: numeric(1),
  jitter: oneOf('full', 'none'),
  retryOn: pure,
} satisfies Table<RetryOptions>);

/** Of workflows and steps, and of the options of `start`. */
export const budgetOptions = fields({
  usd: numeric(0),
  tokens: whole(0),
  calls: whole(0),
  onExceeded: oneOf('fail', 'pause', 'degrade'),
} satisfies Table<RunBudget>);

export const workflowOptions = fields(
  {
    name: text,
    version: text,
    description: anything,
    result: text,
    timeout: duration,
    concurrency: whole(1),
    defaults: fields({ retry: retryOptions, timeout: duration }),
    budget: budgetOptions,
    access: anything,
    onChange: oneOf('refuse', 'pin', 'continue'),
  } satisfies Table<WrittenWorkflow>,
  ['rateLimit'],
);

export const stepOptions = fields(
  {
    title: text,
    after: anything,
    join: oneOf('all', 'any'),
    when: pure,
    routes: anything,
    forEach: orFields(anything, { over: anything, concurrency: whole(1), onError: oneOf('fail', 'collect') }),
    // What a loop has to have is checked with the loops.
    repeat: fields({ from: anything, while: anything, max: anything, onMax: oneOf('fail', 'continue') }),
    delegate: pure,
    waitFor: orFields(text, {
      signal: text,
      payload: anything,
      timeout: duration,
      onTimeout: oneOf('fail', 'skip', 'continue'),
    }),
    cancels: anything,
    delay: duration,
    output: anything,
    retry: retryOptions,
    timeout: duration,
    idleTimeout: duration,
    effect,
    onInDoubt,
    fallback: text,
    onError: oneOf('fail', 'skip', 'review'),
    compensate: text,
    transactional: anything,
    budget: budgetOptions,
    access: anything,
  } satisfies Table<WrittenStep>,
  ['cache', 'rateLimit'],
);

export const reviewOptions = fields({
  when: pure,
  at: oneOf('output', 'before'),
  roles: anything,
  users: anything,
  quorum: whole(1),
  separationOfDuties: anything,
  timeout: duration,
  onTimeout: oneOf('reject', 'approve', 'escalate'),
  escalateTo: anything,
  title: text,
  instructions: text,
  form: anything,
  onReject: orFields(oneOf('fail', 'skip'), { repeat: anything, max: anything }),
} satisfies Table<WrittenReview>);

export const toolOptions = fields(
  {
    name: text,
    description: text,
    input: anything,
    output: anything,
    effect,
    onInDoubt,
    retry: retryOptions,
    timeout: duration,
    access: anything,
    tags: anything,
  } satisfies Table<ToolOptions>,
  ['rateLimit', 'budget'],
);

const point = oneOf(...guardrailPoints);

export const guardrailOptions = fields({
  at: (value, path) => (Array.isArray(value) ? value : [value]).flatMap((each) => point(each, path)),
  name: text,
  workflows: anything,
  steps: anything,
  tools: anything,
  agents: anything,
  order: numeric(Number.NEGATIVE_INFINITY),
  mode: oneOf('enforce', 'monitor'),
  onError: oneOf('block', 'allow'),
  timeout: duration,
} satisfies Table<GuardrailOptions>);
