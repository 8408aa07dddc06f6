import { reviewProblems } from '../../decorators/index.js';
import type { StepSource } from '../explore/workflow-source.js';
import type { WorkflowCheck } from './check.js';

interface Rule {
  readonly forbidden: (step: StepSource) => boolean;
  readonly says: string;
}

/** What a step does besides giving its output, or what its output depends on besides its key. */
const uncached: readonly { readonly name: string; readonly isThere: (step: StepSource) => boolean }[] = [
  { name: 'compensate', isThere: ({ options }) => options.compensate !== undefined },
  { name: 'transactional', isThere: ({ options }) => options.transactional === true },
  { name: 'a review', isThere: ({ review }) => review !== undefined },
  { name: 'delegate', isThere: ({ options }) => options.delegate !== undefined },
  { name: 'waitFor', isThere: ({ options }) => options.waitFor !== undefined },
  { name: "effect: 'irreversible'", isThere: ({ options }) => options.effect === 'irreversible' },
  {
    name: '@State',
    isThere: ({ parameters }) =>
      parameters.some(({ markers }) => markers.some(({ kind }) => kind === 'state')),
  },
];

/** Options that contradict each other on one step. */
const rules: readonly Rule[] = [
  {
    forbidden: ({ options }) => options.waitFor !== undefined && options.forEach !== undefined,
    says: 'has waitFor and forEach: it would be chance which item takes which signal. Wait in a step of its own.',
  },
  {
    forbidden: ({ options }) => options.routes !== undefined && options.forEach !== undefined,
    says: 'has routes and forEach: each item would choose for all. Choose in a step of its own.',
  },
  {
    forbidden: ({ options }) => options.routes !== undefined && options.delegate !== undefined,
    says: "has routes and delegate: the step's output is the child's, which knows nothing of these steps. Choose in a step behind it.",
  },
  {
    forbidden: ({ options }) => options.transactional === true && options.delegate !== undefined,
    says: 'has transactional and delegate: another run can not be part of a transaction. Delegate in a step of its own.',
  },
  {
    forbidden: ({ options, review }) => options.transactional === true && review !== undefined,
    says: 'has transactional and a review: a transaction can not wait for a person. Review the step before it.',
  },
  {
    forbidden: ({ options }) => options.transactional === true && options.effect === 'irreversible',
    says: "has transactional and effect: 'irreversible': what it writes is exactly once already. Act in a step behind it.",
  },
  {
    forbidden: ({ options }) => options.transactional === true && options.rateLimit !== undefined,
    says: 'has transactional and rateLimit: a transaction can not wait for its turn. Limit the step before it.',
  },
  {
    forbidden: ({ options, review }) =>
      options.effect === 'irreversible' && review?.onTimeout === 'approve' && review.at === 'before',
    says: "has effect: 'irreversible' and a review that is approved by time (onTimeout: 'approve'): it would be done because nobody has looked. Write 'reject' or 'escalate'.",
  },
  ...uncached.map(({ name, isThere }) => ({
    forbidden: (step: StepSource) => step.options.cache !== undefined && isThere(step),
    says: `has cache and ${name}: what is given again does nothing, and asks nobody. Cache a step before it.`,
  })),
  {
    forbidden: ({ options }) => options.routes?.length === 0,
    says: 'has routes without names. Name the steps among which it chooses.',
  },
  {
    forbidden: ({ options: { waitFor } }) =>
      typeof waitFor === 'object' &&
      waitFor.onTimeout !== undefined &&
      waitFor.onTimeout !== 'fail' &&
      waitFor.timeout === undefined,
    says: 'has waitFor.onTimeout without waitFor.timeout: it never comes to that. Add a timeout.',
  },
];

/** Each option has to mean something beside the others. */
export const checkCombinations: WorkflowCheck = ({ source }) =>
  source.steps.flatMap((step) => [
    ...rules.filter((rule) => rule.forbidden(step)).map((rule) => `${step.where} ${rule.says}`),
    ...reviewProblems(step.review).map((problem) => `${step.where} ${problem}`),
  ]);
