import type { Delegation } from '../../decorators/index.js';
import type { StepAttempt } from '../attempt/step-attempt.js';

/** Starts sub-workflows. */
export abstract class SubWorkflowStarter {
  /** The child's id is derived from its place in the parent: begun again after a crash, it is the same child. */
  abstract start(parent: StepAttempt, delegation: Delegation, key: string): Promise<string>;
}
