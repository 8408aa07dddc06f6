import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { TicketDto } from '../tickets/index.js';
import { AcceptedTicket, TicketView } from './answers.dto.js';
import { TicketsService } from './tickets.service.js';

@ApiTags('tickets')
@ApiBearerAuth()
@Controller('tickets')
export class TicketsController {
  constructor(private readonly tickets: TicketsService) {}

  /** Takes a ticket in and starts its run. Posting the same ticket again gives the same run. */
  @Post()
  @HttpCode(202)
  accept(@Body() ticket: TicketDto): Promise<AcceptedTicket> {
    return this.tickets.accept(ticket);
  }

  /** The ticket and the state of its run. */
  @Get(':id')
  view(@Param('id') id: string): Promise<TicketView> {
    return this.tickets.view(id);
  }
}
