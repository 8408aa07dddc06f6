import type { Principal } from '../../values/index.js';

/** Where a guardrail can apply. */
export const guardrailPoints = [
  'run.input',
  'run.output',
  'step.output',
  'model.request',
  'model.response',
  'tool.call',
  'tool.result',
  'retrieval.result',
  'memory.read',
  'memory.write',
  'handoff',
] as const;
export type GuardrailPoint = (typeof guardrailPoints)[number];

/** What a guardrail looks at. */
export abstract class GuardrailSubject<T = unknown> {
  abstract readonly at: GuardrailPoint;
  abstract readonly value: T;
  abstract readonly workflow: string;
  abstract readonly step: string | undefined;
  abstract readonly tool: string | undefined;
  abstract readonly agent: string | undefined;
  /** At `handoff`: name of the agent that is to have the conversation. */
  abstract readonly handoffTo?: string | undefined;
  abstract readonly principal: Principal | undefined;
  abstract readonly runId: string;
}
