import type {
  ParameterMetadata,
  UserMethod,
  WorkflowClass,
  WrittenReview,
  WrittenStep,
  WrittenWorkflow,
} from '../../decorators/index.js';
import type { Schema } from '../../values/index.js';
import type { EnhancerKind } from './enhancers.js';

/** A parameter as it is in the class. More than one marker is a mistake, none means the `StepContext`. */
export interface ParameterSource {
  readonly index: number;
  readonly markers: readonly ParameterMetadata[];
  readonly schema: Schema | undefined;
}

/** A public method as it is in the class. */
export interface MethodSource {
  readonly name: string;
  /** `SupportTicketWorkflow.draft`, for messages. */
  readonly where: string;
  readonly code: UserMethod;
  readonly parameters: readonly ParameterSource[];
  readonly review: WrittenReview | undefined;
  /** Nest enhancers that are on it. */
  readonly enhancers: readonly EnhancerKind[];
  /** A subclass has replaced the code of a decorated method and has not repeated its decorators. */
  readonly bareOverride: boolean;
}

export interface StepSource extends MethodSource {
  readonly options: WrittenStep;
}

/** A class with `@Workflow()` as it was written, before anything is checked or filled in. */
export interface WorkflowSource {
  readonly type: WorkflowClass;
  /** Name of the class, for messages. */
  readonly where: string;
  readonly name: string;
  readonly options: WrittenWorkflow;
  readonly steps: readonly StepSource[];
  /** Methods that are not steps. */
  readonly others: readonly MethodSource[];
  readonly input: Schema | undefined;
  readonly output: Schema | undefined;
  readonly enhancers: readonly EnhancerKind[];
}
