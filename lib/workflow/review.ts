/**
 * What a person is asked:
 * `output` – is this step's result good; `before` – may this step begin; `call` – may this call be made;
 * `failure` – what now, the step has failed; `in-doubt` – did this call happen; `guardrail` – may this value pass;
 * `diverged` – may this call be made, although a former attempt made one like it with other arguments.
 */
export type ReviewKind = 'output' | 'before' | 'call' | 'failure' | 'in-doubt' | 'diverged' | 'guardrail';

/**
 * What a person can decide. For `failure`: approve = try again, answer = this is the output, reject = fail, skip = go on without.
 * For `in-doubt`: answer = it happened and this is the result, approve = it did not happen, go on, reject = stop.
 * For `diverged`: approve = make this call as well, answer = go on with this result instead, reject = stop.
 */
export type Choice = 'approve' | 'edit' | 'reject' | 'answer' | 'skip';

export const choicesOf = {
  output: ['approve', 'edit', 'reject', 'answer'],
  before: ['approve', 'reject', 'answer'],
  call: ['approve', 'edit', 'reject', 'answer'],
  failure: ['approve', 'answer', 'skip', 'reject'],
  'in-doubt': ['answer', 'approve', 'reject'],
  diverged: ['approve', 'answer', 'reject'],
  guardrail: ['approve', 'edit', 'reject', 'answer'],
} as const satisfies Record<ReviewKind, readonly Choice[]>;

/** Where a review stands. `replaced`: asked again, because the policy or the value changed. */
export type ReviewStatus = 'open' | 'decided' | 'expired' | 'replaced';
