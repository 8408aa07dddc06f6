import { type Operation, RoleAccessPolicy } from 'nestjs-nestor';

const reading: readonly Operation[] = ['run.read', 'audit.read', 'review.read'];
const limits: readonly Operation[] = ['budget.read', 'budget.raise', 'killswitch.set'];

/**
 * Who may do what. Customers and portals have what they have started. In their shop, agents look at all tickets, leads as well
 * (and decide what asks them), and an administrator steers runs and limits. The operator does that for both shops.
 */
export const access = new RoleAccessPolicy({
  tenantRoles: {
    'support-agent': reading,
    'support-lead': reading,
    'support-admin': [...reading, ...limits, 'run.cancel', 'run.pause', 'run.resume', 'audit.export'],
  },
  platformRoles: { operator: [...reading, ...limits, 'run.cancel', 'worker.read'] },
});
