export { all, any } from './loop/stop/combinations.js';
export { custom, said, toolCalled } from './loop/stop/goals.js';
export {
  costUsd,
  elapsed,
  maxToolCalls,
  maxTurns,
  noProgress,
  repeatedCall,
  tokens,
} from './loop/stop/limits.js';
