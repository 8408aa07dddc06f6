import { isEmail, IsIn, IsISO8601, IsString, Matches, MaxLength, ValidateBy } from 'class-validator';

/** What an id of a ticket looks like. */
export const ticketId = /^[\w-]{1,64}$/;

/** PostgreSQL's text takes no NUL, and lone surrogates are not text. */
const storable = /^[^\0\p{Surrogate}]*$/u;
const storableText = () =>
  Matches(storable, { message: '$property must be text without NUL and lone surrogates' });

/** A message of a customer, as any channel delivers it. An empty subject or body is allowed: such tickets exist. */
export class TicketDto {
  /** Of the ticket system that it comes from. One id is processed once, however often it is posted. */
  @Matches(ticketId, { message: 'id must be 1 to 64 letters, digits, - or _' })
  id!: string;

  /** A point in time: date, time and zone, of the years 1 to 9999. */
  @IsISO8601({ strict: true, strictSeparator: true })
  @Matches(/^(?!0000)\d{4}-\d\d-\d\dT(?!24)\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/, {
    message: 'receivedAt must be like 2026-01-31T09:30:00Z',
  })
  receivedAt!: string;

  @IsIn(['email', 'web', 'app'])
  channel!: 'email' | 'web' | 'app';

  @IsString()
  @storableText()
  @MaxLength(200)
  name!: string;

  @ValidateBy({
    name: 'isEmail',
    validator: {
      // isEmail() throws at a lone surrogate
      validate: (value) => typeof value === 'string' && storable.test(value) && isEmail(value),
      defaultMessage: () => 'email must be an email',
    },
  })
  email!: string;

  @IsString()
  @storableText()
  @MaxLength(300)
  subject!: string;

  @IsString()
  @storableText()
  @MaxLength(50_000)
  body!: string;
}
