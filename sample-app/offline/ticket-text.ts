import { screen } from './instructions.js';
import type { PromptSections } from './prompt-sections.js';

/** The ticket as the model may read it: what the customer says, apart from what was meant for a model. */
export interface TicketText {
  readonly subject: string;
  readonly body: string;
  readonly customer: string;
  readonly instructionsFound: boolean;
}

export function ticketIn(sections: PromptSections): TicketText {
  const subject = screen(sections.text('subject', 'ticket'));
  const body = screen(sections.text('body', 'ticket'));
  return {
    subject: subject.text,
    body: body.text,
    customer: sections.text('customer', 'ticket'),
    instructionsFound: subject.instructions.length + body.instructions.length > 0,
  };
}
