import { errorMessage, logSafely } from '../errors/index.js';

type Listener = (...args: readonly unknown[]) => unknown;

/** As much of `EventEmitter2` as is used. */
export interface HostEmitter {
  emit(event: string, payload: unknown): unknown;
  on(event: string, listener: (payload: unknown) => void): unknown;
  /** Listeners to that name, also by wildcards. */
  listeners?(event: string): readonly Listener[];
  listenersAny?(): readonly Listener[];
  /** The name that is being told, for listeners to wildcards. */
  event?: unknown;
}

/**
 * Tells each listener of the host's emitter. Its own `emit` would end at the first one that throws, and drop the promises
 * of asynchronous ones, whose rejection would end the process. Never throws, never rejects.
 */
export function emitSafely(host: HostEmitter, name: string, payload: unknown): void {
  guarded(name, () => {
    // Copies: who listens once takes itself off the list.
    const any = [...(host.listenersAny?.() ?? [])];
    const own = host.listeners && [...host.listeners(name)];
    if (!own) return host.emit(name, payload);
    const tell = (listener: Listener, args: readonly unknown[]) =>
      guarded(name, () => {
        host.event = name;
        return Reflect.apply(listener, host, args);
      });
    for (const listener of any) tell(listener, [name, payload]);
    for (const listener of own) tell(listener, [payload]);
    return undefined;
  });
}

function guarded(name: string, body: () => unknown): void {
  const failed = (error: unknown) => logSafely('warn', `A listener of ${name} threw: ${errorMessage(error)}`);
  try {
    const answer = body();
    if (typeof answer === 'object' && answer !== null) Promise.resolve(answer).catch(failed);
  } catch (error) {
    failed(error);
  }
}
