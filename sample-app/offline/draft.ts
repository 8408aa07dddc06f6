import { coverageOf, type Evidence, evidenceFor } from './evidence.js';
import { type Language, languageOf } from './language.js';
import { phrases } from './phrases.js';
import type { PromptSections } from './prompt-sections.js';
import { plain, stemsOf } from './text.js';
import { ticketIn, type TicketText } from './ticket-text.js';

/** A passage that is much weaker than the best one answers something else. */
const weakest = 0.65;
/** Search terms were chosen on purpose, the most telling first, so each weighs as much as several words of the ticket. */
const weightOfTerm = (place: number): number => Math.max(1, 4 - 0.5 * place);

/** Writes a reply of sentences that are in the passages, with their marks, and how well they cover the question. */
export function draft(sections: PromptSections): Readonly<Record<string, unknown>> {
  const ticket = ticketIn(sections);
  const language = languageOf(`${ticket.subject}\n${ticket.body}`);
  const feedback = plain(sections.text('feedback'));
  const terms = sections.text('terms', 'reading').split(', ').map(stemsOf);
  const found = evidenceFor(questionOf(ticket, terms), sections.passages(), mostSentencesOf(sections));
  const passages = found
    .filter(({ score }) => score >= weakest * (found[0]?.score ?? 0))
    .slice(0, /short|brief|kurz/.test(feedback) ? 1 : 2);
  return {
    subject: ticket.subject === '' ? 'Your message to Mossbell' : `Re: ${ticket.subject}`,
    body: letter(
      ticket,
      language,
      passages,
      sections.text('case'),
      /apolog|sorry|entschuldig/.test(feedback),
    ),
    confidence: rounded(
      confidenceOf(terms.flat(), passages) * doubtOf(ticket, language, sections.text('topic', 'reading')),
    ),
  };
}

/** Words of the ticket with their weights: what the reply has to speak of. The words of a term share its weight. */
function questionOf(ticket: TicketText, terms: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const question = new Map<string, number>();
  for (const stem of stemsOf(`${ticket.subject} ${ticket.body.slice(0, 3000)}`)) question.set(stem, 1);
  for (const [place, stems] of terms.entries()) {
    for (const stem of stems) {
      question.set(stem, Math.max(question.get(stem) ?? 0, weightOfTerm(place) / Math.sqrt(stems.length)));
    }
  }
  return question;
}

/** As the prompt wants it: "at most 3 sentences". */
function mostSentencesOf(sections: PromptSections): number | undefined {
  const wanted = /at most (\d+) sentences/.exec(sections.whole())?.[1];
  return wanted === undefined ? undefined : Number(wanted);
}

function letter(
  ticket: TicketText,
  language: Language,
  passages: readonly Evidence[],
  caseNumber: string,
  apologise: boolean,
): string {
  const says = phrases[language];
  const nothingToRead = ticket.subject === '' && ticket.body === '';
  return [
    says.greeting(ticket.customer),
    nothingToRead ? says.emptyTicket : says.thanks(ticket.subject),
    ...(apologise ? [says.apology] : []),
    ...(passages.length > 0
      ? [says.quoted, ...passages.map(({ sentences, mark }) => `${sentences.join(' ')} [${mark}]`)]
      : nothingToRead
        ? []
        : [says.nothingFound]),
    ...(caseNumber === '' ? [] : [says.caseOpened(caseNumber)]),
    says.closing,
  ].join('\n\n');
}

/** How much of what was looked for is answered. */
function confidenceOf(terms: readonly string[], passages: readonly Evidence[]): number {
  if (passages.length === 0 || terms.length === 0) return 0.1;
  return 0.3 + 0.65 * coverageOf(new Map(terms.map((term) => [term, 1])), passages);
}

/** Less than 1 where the reply can't be in the customer's language, where it is about something unknown, and in bad company. */
function doubtOf(ticket: TicketText, language: Language, topic: string): number {
  return (language === 'en' ? 1 : 0.8) * (topic === 'other' ? 0.5 : 1) * (ticket.instructionsFound ? 0.6 : 1);
}

function rounded(number: number): number {
  return Math.round(number * 100) / 100;
}
