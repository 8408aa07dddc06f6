import { runInThisContext } from 'node:vm';

/** The time that SDKs are given for one request, in milliseconds: all that Node's timers can measure, 24.8 days. The gate ends requests. */
export const longestSdkTimeout = 2 ** 31 - 1;

/** What sends the requests of Node's `fetch`: of the package `undici`, which Node carries a copy of. */
interface Dispatcher {
  dispatch(options: object, handler: object): boolean;
}

/** Where undici keeps the dispatcher of requests that name none: one place for each form of its handlers (undici, lib/global.js). */
const [first, second] = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')];

/**
 * `fetch`, without the limits of 300 s that undici has for the headers of an answer and for each pause in its body: who
 * asks has limits of their own, and ends the request by its signal. The dispatcher stays the one that the application has
 * set (a proxy, a mock), and `fetch` the one that is there at the time.
 */
export const fetchWithoutTimeLimits: typeof fetch = (input, init) => {
  // `RequestInit` is typed for browsers, too: Node's has a dispatcher.
  const more = patientDispatcher() as RequestInit;
  return fetch(input, { ...init, ...more });
};

/** Nothing where `fetch` is not undici's. */
function patientDispatcher(): { readonly dispatcher?: Dispatcher } {
  const current = globalDispatcher(second) ?? globalDispatcher(first);
  if (!current) return {};
  // A class would hide what else fetch reads of it, and an object that inherits from it could not reach its private fields.
  const dispatcher = new Proxy(current, {
    get: (target, key): unknown => (key === 'dispatch' ? dispatch : Reflect.get(target, key, target)),
  });
  return { dispatcher };
}

function dispatch(options: object, handler: object): boolean {
  const places = 'onRequestStart' in handler ? [second, first] : [first, second];
  const dispatcher = places.map(globalDispatcher).find((one) => one !== undefined);
  if (!dispatcher) throw new TypeError('The dispatcher of fetch has been removed while a request was begun');
  // 0 is none; options of a request go before those of its client.
  return dispatcher.dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, handler);
}

/** The global object of Node itself. Jest gives spec files another one, without what is under symbols, but with Node's own fetch. */
const outermost: unknown = runInThisContext('globalThis');

function globalDispatcher(place: symbol): Dispatcher | undefined {
  const found = [globalThis, outermost]
    // A place that undici owns, and that hosts may overwrite.
    .map((holder) => (holder as { readonly [place: symbol]: Partial<Dispatcher> | undefined })[place])
    .find((one) => one !== undefined);
  return typeof found?.dispatch === 'function' ? (found as Dispatcher) : undefined;
}
