import type { NewRun } from '../../journal/index.js';
import { given, type JsonValue } from '../../values/index.js';
import type { RecordDraft, RunCreated, WorkflowDefinition } from '../../workflow/index.js';
import { conversationUse } from '../../conversations/index.js';
import type { StartOptions } from '../api/start-options.js';

export interface NewRunFacts {
  readonly definition: Pick<WorkflowDefinition, 'name' | 'version' | 'hash' | 'budget'>;
  readonly runId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly options: StartOptions;
  readonly input: JsonValue;
  /** Tells whether two starts of one idempotency key are the same. */
  readonly inputHash: string;
  readonly parent?: RunCreated['parent'] | undefined;
  readonly escalated?: RunCreated['escalated'] | undefined;
  /** That follow `run.created`. */
  readonly records?: readonly RecordDraft[];
}

/** A run as the journal takes it. */
export function newRun(facts: NewRunFacts): NewRun {
  const { definition, runId, at, options, input, inputHash, parent, escalated, records = [] } = facts;
  const { principal, tags, priority, correlationId, idempotencyKey } = options;
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
