import { IsBoolean, IsIn, IsOptional, IsString } from 'class-validator';
import { type Topic, topics } from './classification.dto.js';

/** Notes of a model about a ticket. */
export class Note {
  @IsString()
  summary!: string;
}

/** What became of a ticket. */
export class TicketOutcome {
  @IsString()
  ticketId!: string;

  @IsIn(topics)
  topic!: Topic;

  @IsBoolean()
  answered!: boolean;

  @IsOptional()
  @IsString()
  messageId?: string;

  @IsOptional()
  @IsString()
  caseNumber?: string;

  @IsString()
  summary!: string;
}
