import type { JsonValue } from '../../values/index.js';
import type { RecordDraft } from '../records/record.js';
import type { StepPhase } from '../records/record-facts.js';
import type { Wait } from '../state/wait.js';

/** One run of user code that should be going on now. */
export interface Activation {
  readonly step: string;
  readonly iteration: number;
  readonly item?: number;
  /** From 1. */
  readonly attempt: number;
  readonly phase: StepPhase;
}

/** What `plan` says is to do. Performs name everything that should be in flight, also what is already. */
export type Action =
  | { readonly kind: 'record'; readonly record: RecordDraft }
  | { readonly kind: 'perform'; readonly activation: Activation }
  /** A person has written another input: whether it may be the run's is for schema and guardrails to say. */
  | { readonly kind: 'admit'; readonly input: JsonValue }
  /** `ending`: the run is about to end, and nothing else goes on any more. */
  | { readonly kind: 'wait'; readonly wait: Wait; readonly until?: string; readonly ending?: true };

export function activationKey(activation: Activation): string {
  return `${activation.step}#${activation.iteration}${activation.item === undefined ? '' : `[${activation.item}]`}/${activation.phase}:${activation.attempt}`;
}
