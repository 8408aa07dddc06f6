export { LiveChannel } from './live-channel.js';
export type { DispatcherFactory } from './dispatcher-factory.js';
export { InProcessDispatcher } from './in-process-dispatcher.js';
export { RunDispatcher, type Wake } from './run-dispatcher.js';
export { WakeQueue } from './wake-queue.js';
export { LocalDispatcher, type RunSlots, slotsOf } from './run-slots.js';
