import { IsEmail, IsIn, IsISO8601, IsString, Matches, MaxLength } from 'class-validator';

/** A message of a customer, as any channel delivers it. An empty subject or body is allowed: such tickets exist. */
export class TicketDto {
  /** Of the ticket system that it comes from. One id is processed once, however often it is posted. */
  @Matches(/^[\w-]{1,64}$/, { message: 'id must be 1 to 64 letters, digits, - or _' })
  id!: string;

  @IsISO8601()
  receivedAt!: string;

  @IsIn(['email', 'web', 'app'])
  channel!: 'email' | 'web' | 'app';

  @IsString()
  @MaxLength(200)
  name!: string;

  @IsEmail()
  email!: string;

  @IsString()
  @MaxLength(300)
  subject!: string;

  @IsString()
  @MaxLength(50_000)
  body!: string;
}
