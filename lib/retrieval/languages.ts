import { suggestion } from '../text/index.js';

/** Text search configurations of PostgreSQL, by the ISO 639-1 code of their language (PostgreSQL 15, `pg_ts_config`). */
const configurations: Readonly<Record<string, string>> = {
  ar: 'arabic',
  hy: 'armenian',
  eu: 'basque',
  ca: 'catalan',
  da: 'danish',
  nl: 'dutch',
  en: 'english',
  fi: 'finnish',
  fr: 'french',
  de: 'german',
  el: 'greek',
  hi: 'hindi',
  hu: 'hungarian',
  id: 'indonesian',
  ga: 'irish',
  it: 'italian',
  lt: 'lithuanian',
  ne: 'nepali',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sr: 'serbian',
  es: 'spanish',
  sv: 'swedish',
  ta: 'tamil',
  tr: 'turkish',
  yi: 'yiddish',
};

/** Words as they are written: for languages that PostgreSQL does not know. */
const anyLanguage = 'simple';

/** The text search configuration of a language: `de`, `de-AT`, or `any`. Undefined if there is none. */
export function configurationOf(language: string): string | undefined {
  if (language === 'any') return anyLanguage;
  const [code = ''] = language.toLowerCase().split('-');
  return Object.hasOwn(configurations, code) ? configurations[code] : undefined;
}

/** What is wrong with a language. */
export function languageProblems(language: unknown, path: string): readonly string[] {
  if (typeof language === 'string' && configurationOf(language) !== undefined) return [];
  const known = [...Object.keys(configurations), 'any'];
  return [
    `${path} is '${String(language)}', of which PostgreSQL has no grammar. Write a code such as 'en' or 'de', or 'any' for words as they are written.${suggestion(String(language), known)}`,
  ];
}
