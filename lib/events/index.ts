export { type HostEmitter, tellHost } from './host-events.js';
export type { EphemeralRunEvent, RunEvent } from './run-event.js';
export { RunEvents } from './run-events.js';
