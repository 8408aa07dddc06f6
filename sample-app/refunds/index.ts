export { Order } from './order.entity.js';
export type { RefundDecision } from './refund.dto.js';
export { RefundAgent } from './refund.agent.js';
export { RefundTicketWorkflow } from './refund-ticket.workflow.js';
export { RefundsModule } from './refunds.module.js';
