import { findPii, replacePii } from 'nestjs-nestor/guardrails';
import type { CaseReference } from '../cases/index.js';
import type { SentMail } from '../mail/index.js';
import type { TicketDto } from '../tickets/index.js';
import type { Classification } from './classification.dto.js';

/** Letters of a ticket that a model gets to read; the rest of a pasted log only costs money. */
const longestBody = 6000;

/** Text of strangers as data in a prompt: it can't close the tag that it is in. */
export function asData(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** What a model may know of a ticket: no mail addresses, neither the customer's own nor others in the text. */
export function ticketForPrompt({ name, subject, body }: TicketDto): {
  readonly name: string;
  readonly subject: string;
  readonly body: string;
} {
  return {
    name: asData(name),
    subject: asData(withoutAddresses(subject)),
    body: asData(shortened(withoutAddresses(body))),
  };
}

/** By which a customer is remembered. */
export function customerOf({ email }: Pick<TicketDto, 'email'>): string {
  return email.toLowerCase();
}

/** The reading of a ticket: written by a model after reading a stranger's text, so it is data as well. */
export function readingForPrompt(reading: Classification): Readonly<Record<string, string>> {
  return {
    topic: reading.topic,
    language: reading.language,
    mood: reading.mood,
    terms: asData(reading.searchTerms.join(', ')),
    references: asData(reading.references.slice(0, 5).join(', ')),
  };
}

/** One sentence of what the workflow did. */
export function whatWasDone(
  reading: Classification,
  supportCase: CaseReference | undefined,
  sent: SentMail | undefined,
): string {
  if (reading.topic === 'spam') return 'It is spam and was not answered.';
  const answer = sent ? 'A reply was sent.' : 'No reply was sent.';
  return supportCase ? `${answer} ${supportCase.number} is open with the second line.` : answer;
}

function withoutAddresses(text: string): string {
  return replacePii(text, findPii(text, ['email']), 'redact');
}

/** Beginning and end: people say what they want first and last. */
function shortened(body: string): string {
  if (body.length <= longestBody) return body;
  const [head, tail] = [body.slice(0, longestBody * 0.75), body.slice(-longestBody * 0.25)];
  return `${head}\n[${body.length - longestBody} letters left out]\n${tail}`;
}
