export { DatabasePeers } from './database-peers.js';
export { DedicatedConnection } from './dedicated-connection.js';
export { type ClaimOptions, type Heartbeat, Leases, type ConcurrencyLimits } from './leases.js';
export { defaultHeartbeatTimeout, type LeasesOptions } from './leases-options.js';
export { MemoryLeases } from './memory-leases.js';
export { PeerProcesses, type PeerNotification, type NotificationKind, NoPeers } from './peer-processes.js';
export { RemoteDispatcher, BroadcastingDispatcher } from './broadcasting-dispatcher.js';
export { TypeOrmLeases } from './typeorm-leases.js';
export { WorkerTimes } from './worker-times.js';
