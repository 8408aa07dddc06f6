import { plain } from './text.js';

export type Language = 'en' | 'de' | 'es' | 'fr';

/** Short words that nearly every sentence of the language contains and the others lack. */
const tells: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:the|and|you|is|my|we|have|with|this|was|for|not|are|just)\b/g,
  de: /\b(?:der|die|das|und|ich|nicht|ist|wir|sie|auf|mit|eine|einen|noch|zu|dem|vom|bitte)\b/g,
  es: /\b(?:el|los|las|que|en|por|para|una|mi|ha|esta|nuestras|pueden|gracias|desde|del)\b/g,
  fr: /\b(?:le|les|des|et|je|vous|que|une|est|pas|mes|dans|avec|sur|mon|ai|du)\b/g,
};

/** The language with most of its own short words; English where there is nothing to read. */
export function languageOf(text: string): Language {
  const words = plain(text);
  let best: Language = 'en';
  let most = 0;
  for (const language of Object.keys(tells) as Language[]) {
    const found = words.match(tells[language])?.length ?? 0;
    if (found > most) [best, most] = [language, found];
  }
  return best;
}
