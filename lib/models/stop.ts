import { all, any } from './loop/stop/combinations.js';
import { custom, handedOffTo, said, toolCalled } from './loop/stop/goals.js';
import {
  costUsd,
  elapsed,
  maxToolCalls,
  maxTurns,
  noProgress,
  repeatedCall,
  tokens,
} from './loop/stop/limits.js';

/** All stop conditions under one name: `stop.any(stop.maxTurns(8), stop.costUsd(0.3))`. */
export const stop = Object.freeze({
  all,
  any,
  costUsd,
  custom,
  elapsed,
  handedOffTo,
  maxToolCalls,
  maxTurns,
  noProgress,
  repeatedCall,
  said,
  tokens,
  toolCalled,
});
