import type { Principal } from 'nestjs-nestor';

/** Tokens that anybody can read in this file: good for a sample on one's own machine and for nothing else. */
const sampleTokens: Readonly<Record<string, Principal>> = {
  'portal-token': { id: 'portal', roles: ['support-portal'] },
  'customer-token': { id: 'customer.cleo', roles: ['customer'] },
  'agent-token': { id: 'agent.amir', roles: ['support-agent'] },
  'lead-token': { id: 'lead.lena', roles: ['support-lead'] },
};

/** Who is who, by bearer token: from `API_TOKENS` (JSON of the same shape), else the sample's. */
export function tokensFrom(environment: NodeJS.ProcessEnv): ReadonlyMap<string, Principal> {
  const configured = environment['API_TOKENS'];
  if (configured === undefined) return new Map(Object.entries(sampleTokens));
  const parsed: unknown = JSON.parse(configured);
  const problem = `API_TOKENS must be JSON like {"a-token":{"id":"lead.lena","roles":["support-lead"]}}`;
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new Error(problem);
  return new Map(
    Object.entries(parsed).map(([token, principal]: [string, unknown]) => {
      if (!isPrincipal(principal)) throw new Error(problem);
      return [token, { id: principal.id, roles: principal.roles }];
    }),
  );
}

function isPrincipal(value: unknown): value is Principal {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('roles' in value)) return false;
  const { id, roles } = value;
  return typeof id === 'string' && Array.isArray(roles) && roles.every((role) => typeof role === 'string');
}
