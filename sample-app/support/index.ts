export { Classification } from './classification.dto.js';
export { Draft } from './draft.dto.js';
export { TicketOutcome } from './outcome.dto.js';
export { ticketForPrompt } from './prompt-data.js';
export { SupportModule } from './support.module.js';
export { SupportTicketWorkflow } from './support-ticket.workflow.js';
