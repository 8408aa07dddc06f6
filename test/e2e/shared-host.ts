import type { Provider } from '@nestjs/common';
import { afterAll, beforeAll } from '@jest/globals';
import type { OrchestrationOptions } from 'nestjs-nestor';
import type { OrchestrationHarness } from 'nestjs-nestor/testing';
import { type Host, openHost, type Store } from './host.js';

/** One host for all tests of a `describe`: the database starts once. Call it in the `describe` itself. */
export function sharedHost(
  store: Store,
  providers: readonly Provider[],
  options: OrchestrationOptions = {},
  more: Parameters<typeof openHost>[3] = {},
): { readonly t: OrchestrationHarness; readonly host: Host } {
  let host: Host;
  beforeAll(async () => {
    host = await openHost(store, providers, options, more);
  });
  afterAll(() => host.close());
  return {
    get host() {
      return host;
    },
    get t() {
      return host.t;
    },
  };
}
