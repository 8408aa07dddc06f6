import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AccessRequest,
  AuditService,
  CurrentPrincipal,
  Input,
  type Principal,
  RoleAccessPolicy,
  Step,
  Workflow,
} from 'nestjs-nestor';
import { stores } from '../e2e/host.js';
import { sharedHost } from '../e2e/shared-host.js';

/** An admin sees all of the tenant, but not what is secret. */
class DiscreetPolicy extends RoleAccessPolicy {
  constructor() {
    super({ tenantRoles: ['admin'] });
  }

  override allows(request: AccessRequest): boolean {
    return request.resource.owner !== 'secret agent' && super.allows(request);
  }
}

@Workflow()
class NoteWorkflow {
  @Step() async note(@Input() text: string) {
    return text;
  }
}

describe.each(stores)("lists under the host's own policy (%s)", (store) => {
  const shared = sharedHost(store, [NoteWorkflow], {
    principal: () => undefined,
    access: new DiscreetPolicy(),
  });
  const admin: Principal = { id: 'boss', roles: ['admin'], tenant: 'acme' };
  const shown: string[] = [];
  let as: <T>(principal: Principal, body: () => Promise<T>) => Promise<T>;
  beforeAll(async () => {
    const current = shared.t.module.get(CurrentPrincipal, { strict: false });
    as = (principal, body) => current.run(principal, body);
    for (const id of ['ann', 'secret agent', 'ben', 'secret agent', 'secret agent', 'cy']) {
      const { runId } = await as({ id, roles: [], tenant: 'acme' }, () => shared.t.run(NoteWorkflow, id));
      if (id !== 'secret agent') shown.unshift(runId);
    }
  });

  it('have full pages of what it allows, and end where there is nothing more', async () => {
    const { orchestrator } = shared.t;
    const first = await as(admin, () => orchestrator.find({ limit: 2 }));
    const second = await as(admin, () => orchestrator.find({ limit: 2, cursor: first.next }));
    expect([first, second].map(({ items }) => items.map(({ id }) => id))).toEqual([
      shown.slice(0, 2),
      shown.slice(2),
    ]);
    expect(second.next).toBeUndefined();
  });

  it('show records of nothing else', async () => {
    const audit = shared.t.module.get(AuditService, { strict: false });
    const { items } = await as(admin, () => audit.find({ type: 'run.created' }));
    expect(items.map(({ runId }) => runId).toSorted()).toEqual(shown.toSorted());
    const report = await as(admin, () => audit.verify({ from: new Date(0) }));
    expect(report.records).toBe((await as(admin, () => audit.find({ limit: 1000 }))).items.length);
  });
});
