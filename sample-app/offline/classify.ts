import { referencesIn } from './extraction.js';
import { languageOf } from './language.js';
import { moodOf, urgencyOf } from './mood.js';
import type { PromptSections } from './prompt-sections.js';
import { stemsOf } from './text.js';
import { ticketIn } from './ticket-text.js';
import { topicOf } from './topic.js';

/** Reads a ticket: everything that a classification may be asked for, by name. */
export function classify(sections: PromptSections): Readonly<Record<string, unknown>> {
  const ticket = ticketIn(sections);
  const text = `${ticket.subject}\n${ticket.body}`;
  const { topic, terms, certainty } = topicOf(ticket.subject, ticket.body);
  const mood = moodOf(text);
  const language = languageOf(text);
  return {
    topic,
    mood,
    language,
    urgency: urgencyOf(text, topic, mood),
    searchTerms: topic === 'other' && language === 'en' ? [...terms, ...rareWords(text)].slice(0, 8) : terms,
    references: referencesIn(text),
    instructionsFound: ticket.instructionsFound,
    confidence: certainty,
  };
}

/** Where no known idea was found, the longest words say the most. */
function rareWords(text: string): string[] {
  return [...new Set(stemsOf(text))].toSorted((a, b) => b.length - a.length).slice(0, 4);
}
