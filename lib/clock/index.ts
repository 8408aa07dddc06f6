export { Clock } from './clock.js';
export { isAskedWait } from './asked-wait.js';
export { SystemClock } from './system-clock.js';
export { type Duration, longestDuration, milliseconds } from './duration.js';
export { ReplaceableClock } from './replaceable-clock.js';
