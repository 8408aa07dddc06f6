/**
 * What a person is asked:
 * `output` – is this step's result good; `before` – may this step begin; `call` – may this call be made;
 * `failure` – what now, the step has failed; `in-doubt` – did this call happen; `guardrail` – may this value pass;
 * `diverged` – may this call be made, although a former attempt made one like it with other arguments;
 * `answer` – what is the answer to this question of a model; `stopped` – what now, an agent has come to a limit.
 */
export type ReviewKind =
  'output' | 'before' | 'call' | 'failure' | 'in-doubt' | 'diverged' | 'guardrail' | 'answer' | 'stopped';

/**
 * What a person can decide. For `failure`: approve = try again, answer = this is the output, reject = fail, skip = go on without.
 * For `in-doubt`: answer = it happened and this is the result, approve = it did not happen, continue, reject = stop.
 * For `diverged`: approve = make this call as well, answer = go on with this result instead, reject = stop.
 * For `stopped`: approve = it may use as much again, answer = this is its output, reject = it has failed.
 */
export type Choice = 'approve' | 'edit' | 'reject' | 'answer' | 'skip';

/**
 * What a decision does:
 * `perform` – it begins, with its own arguments; `perform-approved` – with those that were approved; `perform-edited` – with
 * those that the person has written; `perform-intended` – with those that it was begun with before; `complete` – what was
 * proposed is the result; `recheck` – it is, unless a guardrail objects today; `replace` – what the person has written is
 * the result; `retry` – the step begins again; `skip` – it is left out; `reject` – it does not happen.
 */
export type DecisionEffect =
  | 'perform'
  | 'perform-approved'
  | 'perform-edited'
  | 'perform-intended'
  | 'complete'
  | 'recheck'
  | 'replace'
  | 'retry'
  | 'skip'
  | 'reject';

/** Of an effect that depends on whether arguments were asked about, or a result. */
interface EffectByStage {
  readonly before: DecisionEffect;
  readonly after: DecisionEffect;
}

const approveValue = { before: 'perform-approved', after: 'recheck' } as const satisfies EffectByStage;
const editValue = { before: 'perform-edited', after: 'replace' } as const satisfies EffectByStage;

/** What each decision about each question does. The order of the choices is that in which they are offered. */
const effects = {
  output: { approve: 'complete', edit: 'replace', reject: 'reject', answer: 'replace' },
  before: { approve: 'perform', reject: 'reject', answer: 'replace' },
  call: { approve: approveValue, edit: editValue, reject: 'reject', answer: 'replace' },
  failure: { approve: 'retry', answer: 'replace', skip: 'skip', reject: 'reject' },
  'in-doubt': { answer: 'replace', approve: 'perform-intended', reject: 'reject' },
  diverged: { approve: 'perform-approved', answer: 'replace', reject: 'reject' },
  guardrail: { approve: approveValue, edit: editValue, reject: 'reject', answer: 'replace' },
  answer: { answer: 'replace', reject: 'reject' },
  stopped: { approve: 'perform', answer: 'replace', reject: 'reject' },
} as const satisfies {
  readonly [kind in ReviewKind]: { readonly [choice in Choice]?: DecisionEffect | EffectByStage };
};

/** What can be decided about a question of each kind. */
export const choicesOf = {
  output: choicesIn(effects.output),
  before: choicesIn(effects.before),
  call: choicesIn(effects.call),
  failure: choicesIn(effects.failure),
  'in-doubt': choicesIn(effects['in-doubt']),
  diverged: choicesIn(effects.diverged),
  guardrail: choicesIn(effects.guardrail),
  answer: choicesIn(effects.answer),
  stopped: choicesIn(effects.stopped),
} as const satisfies { readonly [kind in ReviewKind]: readonly Choice[] };

function choicesIn(ofKind: { readonly [choice in Choice]?: unknown }): readonly Choice[] {
  // Its keys are choices, as the table says.
  return Object.keys(ofKind) as Choice[];
}

/** What a decision about a question does. A choice that the question does not offer changes nothing: it counts as `reject`. */
export function effectOf(
  { kind, stage }: { readonly kind: ReviewKind; readonly stage?: 'before' | 'after' | undefined },
  choice: Choice,
): DecisionEffect {
  const ofKind: { readonly [choice in Choice]?: DecisionEffect | EffectByStage } = effects[kind];
  const effect = ofKind[choice] ?? 'reject';
  return typeof effect === 'string' ? effect : effect[stage ?? 'before'];
}

/** Where a review stands. `replaced`: asked again, because the policy or the value changed. */
export type ReviewStatus = 'open' | 'decided' | 'expired' | 'replaced';
