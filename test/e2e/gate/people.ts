import type { Principal } from 'nestjs-nestor';

export const asker: Principal = { id: 'asker', roles: ['customer'] };
export const lead: Principal = { id: 'lead', roles: ['lead'] };
export const otherLead: Principal = { id: 'other-lead', roles: ['lead'] };
export const clerk: Principal = { id: 'clerk', roles: ['clerk'] };
/** Who has edited or answered decides no other review of the run. */
export const editor: Principal = { id: 'editor', roles: ['lead'] };
