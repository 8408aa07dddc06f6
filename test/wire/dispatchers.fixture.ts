import { runInThisContext } from 'node:vm';

interface Dispatcher {
  dispatch(options: { path: string }, handler: object): boolean;
}
interface Limits {
  readonly headersTimeout?: number;
  readonly bodyTimeout?: number;
}

const places = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')];
// The global object of Node itself: Jest gives its spec files another one, without symbols, but with Node's own fetch.
const outside = runInThisContext('globalThis') as Record<symbol, Dispatcher | undefined>;

/** Makes the dispatchers of fetch visible where code under test looks for them. */
export function mirrorDispatchers(): void {
  new Headers(); // loads undici, which Node does when something of it is first used
  for (const place of places)
    Object.defineProperty(globalThis, place, { get: () => outside[place], configurable: true });
}

/**
 * Gives fetch a short limit, as if no request had one of its own. Only requests that name limits themselves escape it.
 * @param seen told the path of each request
 * @returns takes the limit away again
 */
export function limitFetch(limits: Limits, seen: (path: string) => void = () => undefined): () => void {
  const before = places.map((place) => outside[place]);
  for (const [index, place] of places.entries()) {
    const dispatcher = before[index];
    if (!dispatcher) continue;
    outside[place] = {
      dispatch: (options, handler) => {
        seen(options.path);
        return dispatcher.dispatch({ ...limits, ...options }, handler);
      },
    };
  }
  return () => {
    for (const [index, place] of places.entries()) if (before[index]) outside[place] = before[index];
  };
}
