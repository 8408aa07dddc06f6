import type { Operation, Principal } from 'nestjs-nestor';
import { operations, RoleAccessPolicy } from 'nestjs-nestor';

/** Tenants of what is acted upon. */
export const tenants = ['acme', 'globex', undefined] as const;
export type Tenant = (typeof tenants)[number];

/** What a caller is to a run of the tenant that it is in. */
export type Part = 'owner' | 'colleague' | 'lead' | 'reader' | 'decider' | 'admin' | 'secretary' | 'operator';

const roles: Readonly<Record<Part, readonly string[]>> = {
  owner: [],
  colleague: [],
  lead: ['lead'],
  reader: ['reader'],
  decider: ['lead', 'decider'],
  admin: ['admin'],
  secretary: ['secretary'],
  operator: ['operator'],
};

/** Who acts: a principal of a part and a tenant, nobody, or the host's own code for all or one tenant. */
export type Actor =
  | { readonly kind: 'principal'; readonly part: Part; readonly tenant: Tenant }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'system'; readonly tenant: Tenant };

const parts = Object.keys(roles) as Part[];

export const actors: readonly Actor[] = [
  ...parts.flatMap((part) => tenants.map((tenant) => ({ kind: 'principal', part, tenant }) as const)),
  { kind: 'nobody' },
  { kind: 'system', tenant: undefined },
  { kind: 'system', tenant: 'acme' },
  { kind: 'system', tenant: 'globex' },
];

export function principalOf(part: Part, tenant: Tenant): Principal {
  return { id: part, roles: roles[part], ...(tenant === undefined ? {} : { tenant }) };
}

export function inWords(actor: Actor): string {
  if (actor.kind === 'nobody') return 'nobody';
  const of = actor.tenant ?? (actor.kind === 'system' ? 'all tenants' : 'no tenant');
  return `${actor.kind === 'system' ? 'the host' : actor.part} of ${of}`;
}

const everything = (all: readonly Operation[]) => all.filter((one) => one !== 'principal.impersonate');

export const policy = new RoleAccessPolicy({
  tenantRoles: { admin: everything(operations), secretary: ['principal.impersonate'] },
  platformRoles: { operator: everything(operations) },
});
