import type { Principal } from 'nestjs-nestor';

/** The two shops whose customers are served: each is a tenant. */
export const shops = ['mossbell', 'harbour'] as const;

/** Who works where: in each shop the portal that takes tickets in, and people with four roles. */
const staff: Readonly<Record<string, Omit<Principal, 'tenant'>>> = {
  portal: { id: 'portal', roles: ['support-portal'] },
  customer: { id: 'customer.cleo', roles: ['customer'] },
  agent: { id: 'agent.amir', roles: ['support-agent'] },
  lead: { id: 'lead.lena', roles: ['support-lead'] },
  admin: { id: 'admin.ada', roles: ['support-admin'] },
};

/**
 * Tokens that anybody can read in this file: good for a sample on one's own machine and for nothing else. Those of the first shop
 * have no prefix: `lead-token`, `harbour-lead-token`.
 */
const sampleTokens: ReadonlyMap<string, Principal> = new Map<string, Principal>([
  ...shops.flatMap((tenant, index) =>
    Object.entries(staff).map(([name, principal]): [string, Principal] => [
      `${index === 0 ? '' : `${tenant}-`}${name}-token`,
      { ...principal, tenant },
    ]),
  ),
  // Runs the platform for both shops, and belongs to neither.
  ['operator-token', { id: 'operator.otto', roles: ['operator'] }],
]);

/** Who is who, by bearer token: from `API_TOKENS` (JSON of token to principal), else the sample's. */
export function tokensFrom(environment: NodeJS.ProcessEnv): ReadonlyMap<string, Principal> {
  const configured = environment['API_TOKENS'];
  if (configured === undefined) return sampleTokens;
  const parsed: unknown = JSON.parse(configured);
  const problem = `API_TOKENS must be JSON like {"a-token":{"id":"lead.lena","roles":["support-lead"],"tenant":"mossbell"}}`;
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new Error(problem);
  return new Map(
    Object.entries(parsed).map(([token, principal]: [string, unknown]) => {
      if (!isPrincipal(principal)) throw new Error(problem);
      const { id, roles, tenant } = principal;
      return [token, { id, roles, ...(tenant === undefined ? {} : { tenant }) }];
    }),
  );
}

function isPrincipal(value: unknown): value is Principal {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('roles' in value)) return false;
  const { id, roles } = value;
  const tenant: unknown = 'tenant' in value ? value.tenant : undefined;
  return (
    typeof id === 'string' &&
    Array.isArray(roles) &&
    roles.every((role) => typeof role === 'string') &&
    (tenant === undefined || typeof tenant === 'string')
  );
}
