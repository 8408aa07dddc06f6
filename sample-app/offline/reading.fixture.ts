import { readFileSync } from 'node:fs';
import { sampleFile } from '../files.js';
import { asData } from '../support/prompt-data.js';
import { PromptSections } from './prompt-sections.js';

/** What a person reads in each sample ticket; two topics are both right where it is about two things. */
export interface ExpectedReading {
  readonly topic: string | readonly string[];
  readonly urgency: string;
  readonly language: string;
  readonly instructions: boolean;
}

export function expectedReadings(): Readonly<Record<string, ExpectedReading>> {
  // A file of this folder's own tests.
  return JSON.parse(readFileSync(sampleFile('data', 'expected-reading.json'), 'utf8')) as Record<
    string,
    ExpectedReading
  >;
}

/** A prompt with nothing but a ticket in it. */
export function promptWith(ticket: {
  readonly name?: string;
  readonly subject: string;
  readonly body: string;
}): PromptSections {
  return new PromptSections(
    `<ticket>\n<customer>${asData(ticket.name ?? '')}</customer>\n<subject>${asData(ticket.subject)}</subject>\n` +
      `<body>\n${asData(ticket.body)}\n</body>\n</ticket>`,
  );
}
