import type { Caller } from '../../access/index.js';
import type { NewRun } from '../../journal/index.js';
import type { SystemCaller } from '../../scope/index.js';
import { given, type JsonValue } from '../../values/index.js';
import type { RecordDraft, RunCreated, WorkflowDefinition } from '../../workflow/index.js';
import { conversationUse } from '../../conversations/index.js';
import type { StartOptions } from '../api/start-options.js';

/** What a run is started with: what the caller says, and what is known of the caller. */
export interface StartFacts extends StartOptions {
  readonly system?: SystemCaller | undefined;
  readonly startedBy?: string | undefined;
  readonly shapedBy?: readonly string[] | undefined;
  readonly lineage?: string | undefined;
}

export interface NewRunFacts {
  readonly definition: Pick<WorkflowDefinition, 'name' | 'version' | 'hash' | 'budget'>;
  readonly runId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly options: StartFacts;
  readonly input: JsonValue;
  /** Tells whether two starts of one idempotency key are the same. */
  readonly inputHash: string;
  readonly parent?: RunCreated['parent'] | undefined;
  readonly escalated?: RunCreated['escalated'] | undefined;
  /** That follow `run.created`. */
  readonly records?: readonly RecordDraft[];
}

/** What is on record of who has started a run, besides its principal. */
export function callerFacts(caller: Caller): Pick<StartFacts, 'startedBy' | 'system'> {
  if (caller.kind === 'system') return { system: caller.system };
  const by = caller.kind === 'principal' ? caller.impersonator : undefined;
  if (!by) return {};
  return 'id' in by ? { startedBy: by.id } : { system: by };
}

/** A run as the journal takes it. */
export function newRun(facts: NewRunFacts): NewRun {
  const { definition, runId, at, options, input, inputHash, parent, escalated, records = [] } = facts;
  const { principal, system, startedBy, shapedBy, lineage, tags, priority, correlationId, idempotencyKey } =
    options;
  const conversation = conversationUse(options.conversation);
  const stream = options.stream ? true : undefined;
  const budget = options.budget ?? definition.budget;
  return {
    id: runId,
    inputHash,
    at: new Date(at).toISOString(),
    created: {
      workflow: definition.name,
      version: definition.version,
      definitionHash: definition.hash,
      input,
      ...given({
        principal,
        system,
        startedBy,
        shapedBy: shapedBy?.length ? shapedBy : undefined,
        lineage,
        tags,
        priority,
        correlationId,
        idempotencyKey,
        budget,
        conversation,
        stream,
        escalated,
        parent,
      }),
    },
    ...(records.length > 0 ? { records } : {}),
  };
}
