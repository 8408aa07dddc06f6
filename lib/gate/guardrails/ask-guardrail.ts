import type { Clock } from '../../clock/index.js';
import type { GuardrailDefinition, GuardrailSubject, Verdict } from '../../decorators/index.js';
import { type ErrorData, toErrorData } from '../../errors/index.js';
import { boundedText, textLimits, toJson } from '../../values/index.js';
import { verdictsByStrictness } from './verdict-precedence.js';

/** Bytes of what a guardrail may make of a value, before it is held to the limit of the place that it goes to. */
const largestTransform = 67_108_864;

/** A verdict, and the error of the guardrail where `onError` had to answer for it. */
export interface Answer {
  readonly guardrail: GuardrailDefinition;
  readonly verdict: Verdict;
  readonly error?: ErrorData;
}

/** Asks one guardrail. Never throws: an error, a timeout or an answer that is not a verdict counts as its `onError`. */
export async function askGuardrail(
  guardrail: GuardrailDefinition,
  subject: GuardrailSubject,
  clock: Clock,
): Promise<Answer> {
  try {
    const verdict = checked(guardrail, await withinTime(guardrail, subject, clock));
    return { guardrail, verdict };
  } catch (thrown) {
    const error = toErrorData(thrown);
    const verdict: Verdict =
      guardrail.onError === 'allow'
        ? { verdict: 'allow' }
        : { verdict: 'block', reason: `guardrail '${guardrail.name}' failed: ${error.message}` };
    return { guardrail, verdict, error };
  }
}

function withinTime(
  guardrail: GuardrailDefinition,
  subject: GuardrailSubject,
  clock: Clock,
): Promise<Verdict> {
  return new Promise((resolve, reject) => {
    const late = new AbortController();
    const deadline = clock.after(guardrail.timeout, () => {
      const error = new Error(`no verdict after ${guardrail.timeout} ms`);
      reject(error);
      late.abort(error);
    });
    // async, so that a guardrail that throws at once rejects like the others
    const evaluate = async () => guardrail.evaluate(subject, late.signal);
    void evaluate()
      .then(resolve, reject)
      .finally(() => deadline.cancel());
  });
}

/** User code compiled without types can answer anything. What a transform gives has to be JSON, as all values are. */
function checked(guardrail: GuardrailDefinition, answer: unknown): Verdict {
  const verdict = answer as Verdict | undefined;
  if (typeof verdict !== 'object' || verdict === null || !verdictsByStrictness.includes(verdict.verdict)) {
    throw new TypeError(
      `guardrail '${guardrail.name}' returned no verdict: return allow(), warn(), transform(), reject(), escalate() or block()`,
    );
  }
  if (verdict.verdict !== 'transform')
    return 'reason' in verdict
      ? { ...verdict, reason: boundedText(verdict.reason, textLimits.reason) }
      : verdict;
  // Where it goes it is a value like others, and held to the limit there.
  const value = toJson(verdict.value, `guardrail '${guardrail.name}'`, largestTransform);
  return { ...verdict, value };
}
