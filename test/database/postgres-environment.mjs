import { TestEnvironment } from 'jest-environment-node';
import { InProcessPostgres } from './in-process-postgres.mjs';

/** Belongs to the Jest worker, which lasts: what a spec file imports is loaded again for each. */
const postgres = new InProcessPostgres();

/**
 * Node's environment, in which `nestorPostgres.lease()` gives an in-process Postgres with an empty database. To start one takes
 * half a second, so the spec files of a worker use the same ones, one after another.
 */
export default class PostgresEnvironment extends TestEnvironment {
  leases = new Set();

  async setup() {
    await super.setup();
    this.global.nestorPostgres = {
      lease: async () => {
        const lease = await postgres.lease();
        this.leases.add(lease);
        return lease;
      },
    };
  }

  async teardown() {
    // A spec file that has failed may not have come to give them back.
    for (const lease of this.leases) await lease.giveBack();
    await super.teardown();
  }
}
