export { DatabasePeers } from './postgres/database-peers.js';
export { DedicatedConnection } from './postgres/dedicated-connection.js';
export {
  type ClaimOptions,
  type ConcurrencyLimits,
  type Heartbeat,
  Leases,
  type WorkerInfo,
} from './leases.js';
export { defaultHeartbeatTimeout, type LeasesOptions } from './leases-options.js';
export { MemoryLeases } from './memory/memory-leases.js';
export { PeerProcesses, type PeerNotification, type NotificationKind, NoPeers } from './peer-processes.js';
export { RemoteDispatcher, BroadcastingDispatcher } from './broadcasting-dispatcher.js';
export { TypeOrmLeases } from './postgres/typeorm-leases.js';
export { WorkerTimes } from './postgres/worker-times.js';
