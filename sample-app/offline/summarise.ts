import { amountsIn } from './extraction.js';
import type { PromptSections } from './prompt-sections.js';
import { sentencesOf, stemsOf } from './text.js';
import { ticketIn } from './ticket-text.js';

const languages: Readonly<Record<string, string>> = { de: 'German', es: 'Spanish', fr: 'French' };

/** Notes for colleagues: what is wanted, in the customer's own most telling sentence, and what was done. */
export function summarise(sections: PromptSections): Readonly<Record<string, unknown>> {
  const ticket = ticketIn(sections);
  const reading = (name: string): string => sections.text(name, 'reading');
  const about = [reading('topic'), reading('references'), ...amountsIn(ticket.body).slice(0, 1)]
    .filter((part) => part !== '')
    .join(', ');
  const language = languages[reading('language')];
  const wish =
    ticket.body === '' ? 'A message without text' : `"${tellingSentence(ticket.body, ticket.subject)}"`;
  return {
    summary:
      `${wish} (${about}${language === undefined ? '' : `, in ${language}`}). ${sections.text('done')}`.trim(),
  };
}

/** Mostly letters: no line of a log, no number of something. */
function isProse(sentence: string): boolean {
  return (sentence.match(/\p{L}/gu)?.length ?? 0) >= 0.7 * sentence.length;
}

/** The sentence that shares most with the rest of the text; questions count more, since they say what is wanted. */
export function tellingSentence(body: string, subject = ''): string {
  const sentences = sentencesOf(body).filter(isProse).slice(0, 40);
  const counts = new Map<string, number>();
  for (const stem of stemsOf(`${subject} ${sentences.join(' ')}`))
    counts.set(stem, (counts.get(stem) ?? 0) + 1);
  const score = (sentence: string): number => {
    const stems = stemsOf(sentence);
    const shared =
      stems.reduce((sum, stem) => sum + (counts.get(stem) ?? 0), 0) / Math.sqrt(stems.length + 4);
    return sentence.endsWith('?') ? shared * 1.5 : shared;
  };
  const [best = ''] = [...sentences].toSorted((a, b) => score(b) - score(a));
  return best.length <= 160 ? best : `${best.slice(0, 157)}...`;
}
