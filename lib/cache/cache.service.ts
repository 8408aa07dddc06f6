import { Injectable } from '@nestjs/common';
import { AccessControl } from '../access/index.js';
import { AccessDeniedError } from '../errors/index.js';
import { query, readQuery } from '../values/index.js';
import { type CacheFilter, type CacheStats, CallCache } from './cache-entry.js';

const rules = {
  tenant: query.canonicalName,
  user: query.canonicalName,
  kind: query.oneOfField(['model', 'step']),
  name: query.textField,
  runId: query.id,
} as const;

/** The answers and outputs that are given again: to look at how much there is, and to take it away. */
@Injectable()
export class CacheService {
  constructor(
    private readonly cache: CallCache,
    private readonly access: AccessControl,
  ) {}

  /**
   * Takes results away, so that what is asked next is asked anew. Without a filter all of them; who belongs to a tenant reaches only those
   * of that tenant.
   * @returns how many there were
   * @throws {AccessDeniedError} without `cache.clear` {InputValidationError}
   * @example
   * await this.cache.clear({ name: 'openai/gpt-5-mini' });
   */
  async clear(filter: CacheFilter = {}): Promise<number> {
    const asked = readQuery(filter, rules, 'CacheService.clear()');
    return this.cache.clear({ ...asked, tenant: await this.reach(asked.tenant) });
  }

  /** How much is there, of what the caller could clear. @throws {AccessDeniedError} without `cache.clear` */
  async stats(): Promise<CacheStats> {
    return this.cache.stats(await this.reach(undefined));
  }

  /** @returns the only tenant that is reached; undefined for all */
  private async reach(asked: string | undefined): Promise<string | undefined> {
    const caller = await this.access.caller(undefined, 'cache.clear');
    const own = this.access.tenantOf(caller, 'cache.clear');
    const tenant = own === undefined ? asked : (own ?? '');
    if (own !== undefined && asked !== undefined && asked !== tenant)
      throw new AccessDeniedError(
        `The cached results of the tenant ${asked} are not of the caller's tenant.`,
        {
          details: { operation: 'cache.clear' },
        },
      );
    await this.access.assert(caller, 'cache.clear', {
      kind: 'cache',
      ...(tenant === undefined || tenant === '' ? {} : { tenant }),
    });
    return tenant;
  }
}
