import {
  amountInWords,
  budgetUnits,
  type CallFacts,
  type RecordPayloads,
  type RecordType,
  type RunRecord,
  type Wait,
} from '../workflow/index.js';

type Describe = { readonly [T in RecordType]: (payload: RecordPayloads[T], attempt: number) => string };

/** Every record type in words. */
const words: Describe = {
  'run.created': ({ workflow, version, principal }) =>
    `run of ${workflow} ${version} created${principal ? ` for ${principal.id}` : ''}`,
  'input.accepted': () => 'the edited input is accepted',
  'run.started': ({ worker }) => `run started on worker ${worker}`,
  'run.waiting': ({ waits }) => `run waits for ${waits.map(waitInWords).join(', ')}`,
  'run.resumed': ({ reason }) => `run resumed (${reason})`,
  'run.paused': ({ reason }) => `run paused: ${reason}`,
  'run.completed': () => 'run completed',
  'run.failed': ({ error }) => `run failed: ${error.message}`,
  'run.cancelled': ({ reason }) => `run cancelled: ${reason}`,
  'run.retried': ({ reset }) => `run retried from ${reset.join(', ')}`,
  'run.forked': ({ source, seq }) => `run forked from ${source} after record ${seq}`,
  'step.completed': ({ duration, via, routes }, attempt) =>
    `completed${via ? viaInWords[via] : ''} in ${Math.round(duration)} ms${nth(attempt)}${routes ? `, continues to ${routes.join(', ')}` : ''}`,
  'step.failed': ({ error, phase, final, nextAttemptAt, interrupted }, attempt) =>
    `${phase === 'perform' ? '' : `${phase} `}${interrupted ? 'interrupted' : 'failed'}${nth(attempt)}: ${error.message}` +
    (final ? '' : nextAttemptAt === undefined ? '' : `; next attempt at ${nextAttemptAt}`),
  'step.skipped': ({ reason, by }) => `skipped (${reason}${by === undefined ? '' : ` by ${by}`})`,
  'step.waiting': ({ waits }) => `waits for ${waits.map(waitInWords).join(', ')}`,
  'step.repeated': ({ region, reason, feedback }) =>
    `${region.join(', ')} once more (${reason})${feedback === undefined ? '' : `: ${feedback}`}`,
  'step.compensated': ({ duration }) => `undone in ${Math.round(duration)} ms`,
  'items.listed': ({ count }) => `${count} items to work on`,
  'call.intended': (call) => `${named(call)} is about to be made`,
  'call.completed': ({ duration, reviewId, ...call }) =>
    `${named(call)} done${duration === undefined ? '' : ` in ${Math.round(duration)} ms`}${reviewId === undefined ? '' : ', as a person said'}`,
  'call.failed': ({ error, inDoubt, ...call }) =>
    `${named(call)} ${inDoubt ? 'has an unknown outcome' : 'failed'}: ${error.message}`,
  'call.diverged': (call) => `${named(call)} is asked for with other arguments than before`,
  'guardrail.evaluated': ({ guardrail, at, verdict, reason, done }) =>
    `guardrail ${guardrail} at ${at}: ${verdict}${reason === undefined ? '' : ` (${reason})`}, ${done}`,
  'policy.denied': ({ rule, kind, name, reason }) => `${kind} ${name} denied by ${rule}: ${reason}`,
  'budget.exceeded': ({ scope, owner, unit, limit, used, wanted, reserved = 0 }) =>
    `budget of ${owner ?? `the ${scope}`} exceeded: ${amountInWords(unit, used)} of ${amountInWords(unit, limit)} used` +
    `${reserved > 0 ? ` (${amountInWords(unit, reserved)} of it set aside)` : ''}, ${amountInWords(unit, wanted)} more wanted`,
  'budget.warned': ({ owner, window, unit, limit, used }) =>
    `budget of ${owner} (${window}): ${amountInWords(unit, used)} of ${amountInWords(unit, limit)} used or set aside`,
  'budget.overrun': ({ unit, estimate, used, budgets }) =>
    `more used than set aside: ${amountInWords(unit, used)} instead of ${amountInWords(unit, estimate)}, booked in the budgets of ${budgets.join(', ')}`,
  'budget.raised': (more) =>
    `budget raised by ${budgetUnits
      .flatMap((unit) => (more[unit] === undefined ? [] : [amountInWords(unit, more[unit])]))
      .join(', ')}`,
  'limit.eased': ({ limit }) => `${limit} does not stop it any more`,
  'review.requested': ({ title, reason, roles, expiresAt }) =>
    `review requested${title === undefined ? '' : ` "${title}"`}${roles.length > 0 ? ` from ${roles.join(', ')}` : ''}` +
    `${expiresAt === undefined ? '' : ` until ${expiresAt}`}${reason === undefined ? '' : `: ${reason}`}`,
  'review.claimed': ({ until }) => `review claimed${until === undefined ? '' : ` until ${until}`}`,
  'review.released': () => 'review given back',
  'review.delegated': ({ to, reason, until }) =>
    `review delegated to ${to} until ${until}${reason === undefined ? '' : `: ${reason}`}`,
  'review.voted': ({ choice, reason, count, quorum }) =>
    `review: ${choice}, ${count} of ${quorum}${reason === undefined ? '' : ` (${reason})`}`,
  'review.commented': ({ text }) => `review commented: ${text}`,
  'review.decided': ({ choice, reason }) =>
    `review decided: ${choice}${reason === undefined ? '' : ` (${reason})`}`,
  'review.refused': ({ choice, code, reason }) => `decision refused: ${choice} (${code}): ${reason}`,
  'review.expired': ({ outcome }) => `review expired: ${outcome}`,
  'review.escalated': ({ to, users = [], until }) =>
    `review escalated to ${[...to, ...users].join(', ')}${until === undefined ? '' : ` until ${until}`}`,
  'review.reminded': () => 'those that the review asks are reminded',
  'message.received': ({ text }) => `said to an agent: ${text}`,
  'message.refused': ({ reason }) => `what was said came to nobody: ${reason}`,
  'signal.received': ({ name }) => `signal ${name} received`,
  'cancel.requested': ({ reason }) => `cancel requested: ${reason}`,
  'pause.requested': ({ reason }) => `pause requested${reason === undefined ? '' : `: ${reason}`}`,
  'resume.requested': () => 'resume requested',
  'timer.fired': ({ timer }) => `time is over (${timer})`,
  'payload.erased': ({ records, reason }) => `content of ${records.length} records erased: ${reason}`,
};

/** Each type of record, for checking what comes from outside. */
export const recordTypes: readonly string[] = Object.keys(words);

/** What a record tells, in words. */
export function describeRecord(record: RunRecord): string {
  // the record's type and payload belong together, which the compiler can't follow through the table
  const describe = words[record.type] as (payload: unknown, attempt: number) => string;
  return describe(record.payload, record.attempt ?? 1);
}

const viaInWords = {
  fallback: ' by its fallback',
  review: ' by a person',
  cache: ' by an earlier output',
} as const;

function nth(attempt: number): string {
  return attempt > 1 ? ` at attempt ${attempt}` : '';
}

function named({ kind, name }: Pick<CallFacts, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

function waitInWords(wait: Wait): string {
  switch (wait.for) {
    case 'timer':
      return `${wait.timer} until ${wait.until}`;
    case 'signal':
      return `signal ${wait.signal}`;
    case 'review':
      return `review ${wait.reviewId}`;
    case 'run':
      return `run ${wait.runId}`;
    case 'budget':
      return 'budget';
    case 'killswitch':
    case 'reviews':
    case 'calls':
      return wait.limit;
    case 'resume':
      return `resume (${wait.reason})`;
  }
}
