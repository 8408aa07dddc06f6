import { type AdHocRuns, type Call, currentScope } from '../scope/index.js';

/** Sends a call through the gate of the current run, or outside any run through that of an ad-hoc run. */
export function passGate<Result>(call: Call<Result>, adHoc: AdHocRuns): Promise<Result> {
  return currentScope()?.call(call) ?? adHoc.call(call);
}
