export { DatabaseNeighbours } from './database-neighbours.js';
export { DedicatedConnection } from './dedicated-connection.js';
export { type ClaimOptions, type Heartbeat, Leases, type Limits } from './leases.js';
export { defaultHeartbeatTimeout, type LeasesOptions } from './leases-options.js';
export { MemoryLeases } from './memory-leases.js';
export { Neighbours, type News, type NewsKind, NoNeighbours } from './neighbours.js';
export { HandOverDispatcher, TellingDispatcher } from './telling-dispatcher.js';
export { TypeOrmLeases } from './typeorm-leases.js';
export { WorkerTimes } from './worker-times.js';
