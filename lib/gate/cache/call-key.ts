import type { CachePlace } from '../../cache/index.js';
import { tenantOfRun } from '../../workflow/index.js';
import { hashOf } from '../../values/index.js';
import type { CheckedCall } from '../checks/checked-call.js';

/** Undefined where it would be of a person, and nobody is known. */
export function cachePlace(checked: CheckedCall): CachePlace | undefined {
  const { call, principal, value } = checked;
  const { cache } = call;
  if (!cache || (cache.scope === 'user' && !principal)) return undefined;
  const { scope } = cache;
  const tenant = tenantOfRun(checked.attempt.run.state.created) ?? '';
  const owner = scope === 'user' ? (principal?.id ?? '') : '';
  const whose = scope === 'global' ? [] : [tenant, owner];
  const { kind } = call;
  const name = kind === 'step' ? `${checked.workflow}.${checked.step}` : call.name;
  return { key: hashOf([scope, ...whose, kind, name, cache.key(value)]), scope, tenant, owner, kind, name };
}
