export type { HostEmitter } from './host-emitter.js';
export { forwardToEventEmitter } from './host-events.js';
export type { EphemeralRunEvent, RunEvent } from './run-event.js';
export { RunEvents } from './run-events.js';
