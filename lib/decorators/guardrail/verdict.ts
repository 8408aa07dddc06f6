/** What a guardrail says of a value. */
export type Verdict =
  | { readonly verdict: 'allow' }
  | { readonly verdict: 'warn'; readonly reason: string }
  | { readonly verdict: 'transform'; readonly value: unknown; readonly reason: string }
  | { readonly verdict: 'reject'; readonly reason: string }
  | { readonly verdict: 'escalate'; readonly reason: string }
  | { readonly verdict: 'block'; readonly reason: string };

/** The value may pass. */
export const allow = (): Verdict => ({ verdict: 'allow' });
/** The value may pass; the record says why that is doubtful. */
export const warn = (reason: string): Verdict => ({ verdict: 'warn', reason });
/** `value` passes in its place. */
export const transform = (value: unknown, reason: string): Verdict => ({
  verdict: 'transform',
  value,
  reason,
});
/** Back to the model with this message, as far as there is a model; elsewhere the same as `block`. */
export const reject = (message: string): Verdict => ({ verdict: 'reject', reason: message });
/** A person decides. */
export const escalate = (reason: string): Verdict => ({ verdict: 'escalate', reason });
/** The value does not pass, and the step fails. */
export const block = (reason: string): Verdict => ({ verdict: 'block', reason });
