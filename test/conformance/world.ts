import type { BlobStore, Journal, JournalOptions, NewRun, RunRow } from '../../lib/journal/index.js';
import type { BudgetLedger, KillSwitchStore, RateBuckets } from '../../lib/limits/index.js';
import type { Leases } from '../../lib/leases/index.js';
import { newId } from '../../lib/values/index.js';
import type { RecordDraft } from '../../lib/workflow/index.js';
import { MovedClock } from './moved-clock.js';

/** One database, or one memory, and as many processes on it as a test wants. */
export interface World {
  readonly clock: MovedClock;
  journal(options?: JournalOptions): Journal;
  leases(): Leases;
  blobs(): BlobStore;
  ledger(): BudgetLedger;
  rates(): RateBuckets;
  switches(): KillSwitchStore;
  /** Makes it a run that another release has made. */
  setFormat(runId: string, format: number): Promise<void>;
  /** The statuses of the reviews of a run, by id. */
  reviews(runId: string): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** A process of the world: it has a journal and a worker row. */
export interface Process {
  readonly journal: Journal;
  readonly leases: Leases;
}

export async function startProcess(world: World, options?: JournalOptions): Promise<Process> {
  const leases = world.leases();
  await leases.register();
  return { journal: world.journal(options), leases };
}

export function newRun(
  overrides: Partial<Omit<NewRun, 'created'>> & { created?: Partial<NewRun['created']> } = {},
): NewRun {
  return {
    id: newId(),
    inputHash: '1a',
    at: new Date().toISOString(),
    ...overrides,
    created: {
      workflow: 'ticket',
      version: '1',
      definitionHash: 'definition-1',
      input: { subject: 'Help' },
      ...overrides.created,
    },
  };
}

/** Creates a run, claims it and opens its journal. */
export async function holdRun({ journal, leases }: Process, run = newRun()): Promise<RunRow> {
  await journal.create([run]);
  const row = await leases.claim(run.id);
  if (!row) throw new Error(`run ${run.id} could not be claimed`);
  await journal.open(run.id);
  return row;
}

export function completed(step: string, output: unknown = step): RecordDraft {
  return {
    type: 'step.completed',
    step,
    iteration: 0,
    attempt: 1,
    actor: { kind: 'code', id: `ticket.${step}` },
    at: new Date().toISOString(),
    payload: { output: output as null, duration: 1 },
  };
}

export function ended(): RecordDraft {
  return {
    type: 'run.completed',
    actor: { kind: 'code', id: 'ticket' },
    at: new Date().toISOString(),
    payload: { output: 'done' },
  };
}

export function signal(name: string, id = newId()) {
  return {
    id,
    actor: { kind: 'person', id: 'anna' },
    at: new Date().toISOString(),
    body: { kind: 'signal', name, payload: { by: name } },
  } as const;
}
