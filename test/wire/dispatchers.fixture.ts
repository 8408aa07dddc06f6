import { runInThisContext } from 'node:vm';

interface Dispatcher {
  dispatch(options: { path: string }, handler: object): boolean;
}
interface Limits {
  readonly headersTimeout?: number;
  readonly bodyTimeout?: number;
}

const places = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')];
// Jest gives its spec files another global object, without what is under symbols, but with Node's own fetch.
const outermost = runInThisContext('globalThis') as Record<symbol, Dispatcher | undefined>;
// Node loads undici when something of it is first used.
if (new Headers().has('x')) throw new Error('this fetch is none');

/**
 * Gives fetch a short limit, as if no request had one of its own. Only requests that name limits themselves escape it.
 * @param seen told the path of each request
 * @returns takes the limit away again
 */
export function limitFetch(limits: Limits, seen: (path: string) => void = () => undefined): () => void {
  const before = places.map((place) => outermost[place]);
  for (const [index, place] of places.entries()) {
    const dispatcher = before[index];
    if (!dispatcher) continue;
    outermost[place] = {
      dispatch: (options, handler) => {
        seen(options.path);
        return dispatcher.dispatch({ ...limits, ...options }, handler);
      },
    };
  }
  return () => {
    for (const [index, place] of places.entries()) if (before[index]) outermost[place] = before[index];
  };
}
