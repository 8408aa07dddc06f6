import type { EngineModule, Storage } from '../engine.js';

interface EngineEntry {
  /** Only in the child process that runs it. */
  load(): Promise<EngineModule>;
  /** Whether it can also run without a database. */
  readonly inMemory: boolean;
  /** Absent: nothing can be recovered from what it writes. */
  readonly storage?: Storage;
}

const entries = {
  nestor: {
    load: () => import('./nestor.js'),
    inMemory: true,
    storage: {
      runs: { table: 'orchestration_run', id: 'id' },
      others: [{ table: 'orchestration_audit_record', id: 'run_id' }],
    },
  },
  mastra: {
    load: () => import('./mastra.js'),
    inMemory: true,
    storage: { runs: { table: 'mastra_workflow_snapshot', id: 'run_id' }, others: [] },
  },
  dbos: {
    load: () => import('./dbos.js'),
    inMemory: false,
    storage: {
      runs: { table: 'dbos.workflow_status', id: 'workflow_uuid' },
      others: ['operation_outputs', 'workflow_input', 'workflow_output'].map((table) => ({
        table: `dbos.${table}`,
        id: 'workflow_uuid',
      })),
    },
  },
  langgraph: {
    load: () => import('./langgraph.js'),
    inMemory: true,
    storage: {
      runs: { table: 'checkpoints', id: 'thread_id' },
      others: [
        { table: 'checkpoint_blobs', id: 'thread_id' },
        { table: 'checkpoint_writes', id: 'thread_id' },
      ],
    },
  },
  pg: { load: () => import('./pg.js'), inMemory: true },
  'pg-grouped': { load: () => import('./pg-grouped.js'), inMemory: false },
} satisfies Record<string, EngineEntry>;

export type EngineId = keyof typeof entries;
export const engines: Readonly<Record<EngineId, EngineEntry>> = entries;
export const engineIds = Object.keys(entries) as EngineId[];

export function isEngine(name: string): name is EngineId {
  return name in entries;
}
