/**
 * The answer of a function that has to decide at once.
 * @param what names the function, for the error
 * @throws {TypeError} if it is a promise, which would count as a yes whatever it came to
 */
export function atOnce<T>(what: string, answer: T): T {
  if (typeof answer !== 'object' || answer === null || !('then' in answer)) return answer;
  if (typeof answer.then !== 'function') return answer;
  // Nobody waits for it, and its rejection must not end the process.
  void Promise.resolve(answer).catch(() => undefined);
  throw new TypeError(
    `${what} gave a promise: write a function that answers at once, and do what takes time in a step before`,
  );
}
