export type { HostEmitter } from './host-emitter.js';
export { forwardToEventEmitter } from './host-events.js';
export { InProcessLiveEvents, LiveEvents, type LivePiece } from './live-events.js';
export { SharedLiveEvents } from './shared-live-events.js';
export type { EphemeralRunEvent, RunEvent } from './run-event.js';
export { RunEvents } from './run-events.js';
