export {
  GuardrailStages,
  type GuardrailTiming,
  type StageOptions,
  type StageOutcome,
} from './guardrail-stages.js';
export { stricter, strictest, type VerdictName, verdictsByStrictness } from './verdict-precedence.js';
