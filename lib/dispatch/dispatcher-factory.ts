import type { RunDispatcher } from './run-dispatcher.js';

/**
 * Makes the dispatcher of a process out of the one that it would have otherwise: `usual` hands wakes to this process's
 * worker, or, in a process that drives no runs, to the processes that do.
 */
export type DispatcherFactory = (usual: RunDispatcher) => RunDispatcher;
