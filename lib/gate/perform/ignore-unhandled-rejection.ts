/** A call that nobody awaits must not end the process with an unhandled rejection. Whoever awaits it gets the error as ever. */
export function ignoreUnhandledRejection<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
