import type { CheckSubject } from '../../gate/index.js';
import type { AccessRule } from '../../scope/index.js';
import type { JsonValue, Principal } from '../../values/index.js';
import {
  type Actor,
  draft,
  type RecordDraft,
  type RecordPayloads,
  type RecordType,
  type RunCreated,
  type WorkflowDefinition,
} from '../../workflow/index.js';

export interface RunStartFacts {
  readonly definition: WorkflowDefinition;
  readonly principal: Principal | undefined;
  readonly runId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A run that asks to begin, with its input on its way through the checks. */
export class RunStart implements CheckSubject {
  readonly kind = 'workflow';
  readonly step = undefined;
  readonly tool = undefined;
  readonly agent = undefined;
  /** What checks have found, to go on record with the run. */
  readonly records: RecordDraft[] = [];
  /** As the schema has made it, before guardrails saw it. */
  fitted: JsonValue | undefined;
  /** A guardrail wants a person to look at the input first. */
  escalated: RunCreated['escalated'];

  constructor(
    private readonly facts: RunStartFacts,
    public value: unknown,
  ) {}

  get definition(): WorkflowDefinition {
    return this.facts.definition;
  }

  get workflow(): string {
    return this.definition.name;
  }

  get name(): string {
    return this.definition.name;
  }

  get access(): AccessRule | undefined {
    return this.definition.access?.start;
  }

  get principal(): Principal | undefined {
    return this.facts.principal;
  }

  get runId(): string {
    return this.facts.runId;
  }

  /** The input, which has passed the checks. */
  get input(): JsonValue {
    // The schema check has made it JSON, and guardrails can only put JSON in its place.
    return (this.value ?? null) as JsonValue;
  }

  async record<T extends RecordType>(type: T, payload: RecordPayloads[T], actor?: Actor): Promise<void> {
    const by = actor ?? { kind: 'code' as const, id: this.name };
    this.records.push(draft<RecordType>(by, this.facts.at, type, payload));
  }
}
