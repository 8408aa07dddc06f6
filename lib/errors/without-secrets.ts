import { maskSecrets } from '../text/index.js';

/** Causes nested deeper than this are left as they are: records hold no more of them. */
const deepest = 5;

/**
 * An error of somebody else's client with the secrets in its message, its stack and those of its causes masked. It stays
 * the same object, so that its class and fields can still be asked; what it does not let us write stays. Never throws.
 */
export function withoutSecrets<T>(thrown: T, depth = 0): T {
  try {
    if (!(thrown instanceof Error)) return thrown;
    for (const field of ['message', 'stack'] as const) maskField(thrown, field);
    if (depth < deepest) withoutSecrets(thrown.cause, depth + 1);
  } catch {
    // a proxy, or a getter that throws
  }
  return thrown;
}

function maskField(error: Error, field: 'message' | 'stack'): void {
  const text: unknown = error[field];
  if (typeof text !== 'string') return;
  const masked = maskSecrets(text);
  if (masked !== text)
    Object.defineProperty(error, field, { value: masked, configurable: true, writable: true });
}
