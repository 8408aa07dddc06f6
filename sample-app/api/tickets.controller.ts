import {
  Body,
  Controller,
  DefaultValuePipe,
  Get,
  HttpCode,
  Param,
  ParseEnumPipe,
  Post,
  Query,
} from '@nestjs/common';
import { ApiBearerAuth, ApiQuery, ApiTags } from '@nestjs/swagger';
import { TicketDto } from '../tickets/index.js';
import { AcceptedTicket, TicketView } from './answers.dto.js';
import { TicketsService, type Way, ways } from './tickets.service.js';

const wayNames = Object.fromEntries(ways.map((way) => [way, way]));

@ApiTags('tickets')
@ApiBearerAuth()
@Controller('tickets')
export class TicketsController {
  constructor(private readonly tickets: TicketsService) {}

  /**
   * Takes a ticket in and starts its run. Posting the same ticket again gives the same run. `way`: by the workflow, or by the
   * agent that solves tickets about money.
   */
  @Post()
  @HttpCode(202)
  @ApiQuery({ name: 'way', enum: ways, required: false })
  accept(
    @Body() ticket: TicketDto,
    @Query('way', new DefaultValuePipe('workflow'), new ParseEnumPipe(wayNames)) way: Way,
  ): Promise<AcceptedTicket> {
    return this.tickets.accept(ticket, way);
  }

  /** The ticket and the state of its run. */
  @Get(':id')
  view(@Param('id') id: string): Promise<TicketView> {
    return this.tickets.view(id);
  }
}
