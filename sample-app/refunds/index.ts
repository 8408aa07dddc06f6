export { Order } from './order.entity.js';
export { OrderDesk } from './order-desk.js';
export {
  ArticleQuery,
  type OrderFacts,
  OrderQuery,
  type RefundDecision,
  RefundRequest,
} from './refund.dto.js';
export { RefundAgent } from './refund.agent.js';
export { RefundTicketWorkflow } from './refund-ticket.workflow.js';
export { RefundsModule } from './refunds.module.js';
