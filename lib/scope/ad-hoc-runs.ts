import type { Call } from './call.js';

/** Opens an implicit run of the built-in workflow `ad-hoc` for a call that is made outside any run. */
export abstract class AdHocRuns {
  abstract call<Result>(call: Call<Result>): Promise<Result>;
}
