export { Ticket } from './ticket.entity.js';
export { TicketDto, ticketId } from './ticket.dto.js';
export { sampleTickets } from './ticket-files.js';
