export type { KillSwitchTarget, SwitchTarget } from './kill-switch-target.js';
export { targetInWords } from './kill-switch-target.js';
export type { ActiveSwitch, Activity, KillSwitchMode, KillSwitchState } from './kill-switch-state.js';
export { type KillSwitchChange, KillSwitchStore } from './kill-switch-store.js';
export { KillSwitches, killSwitchError } from './kill-switches.js';
export { KillSwitchService, type KillSwitchOptions } from './kill-switch.service.js';
export { MemoryKillSwitchStore } from './memory-kill-switch-store.js';
export { TypeOrmKillSwitchStore } from './typeorm-kill-switch-store.js';
