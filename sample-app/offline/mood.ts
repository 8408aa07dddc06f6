import { plain } from './text.js';

export type Mood = 'calm' | 'upset' | 'angry';
export type Urgency = 'low' | 'normal' | 'high';

const insults =
  /ridiculous|garbage|thieves|a joke\b|worst company|useless|scam artists|frechheit|unverschamt|verguenza|vergüenza|scandal|inadmissible/g;
const complaints =
  /third time|nobody answers|no answer|four weeks|unacceptable|disappoint|enttauscht|fed up|dispute the charge|worried|toujours pas/g;

/** Insults, shouting and exclamation marks. */
export function moodOf(text: string): Mood {
  const words = plain(text);
  const shouted = (text.match(/\b[A-Z]{4,}\b/g) ?? []).filter(
    (word) => !/^(?:GDPR|IBAN|HTTP|MOSS)/.test(word),
  );
  const anger =
    2 * (words.match(insults)?.length ?? 0) +
    (words.match(complaints)?.length ?? 0) +
    Math.min(2, text.match(/!{2,}/g)?.length ?? 0) +
    (shouted.length >= 3 ? 1 : 0);
  if (anger >= 4) return 'angry';
  return anger >= 1 ? 'upset' : 'calm';
}

const pressing =
  /urgen|immediately|right now|\bnow\b(?=.{0,20}$)|on this now|asap|sofort|dringend|de inmediato|immediatement|final notice|deadline|legal action|smells burnt|\bsafety\b|lost a whole|today how|tonight|esta noche|clicked the link/gm;
const trouble =
  /can'?t|cannot|can not|not (?:arrived|work|received)|no ha llegado|no funciona|nicht|declined|failed|wrong|falsch|missing|fehlt|error|offline|broken|crack|pas recu|expired|locked|twice|always 0|no movement|deletion|demande|request that|old address|\b429\b/;

/** How soon somebody has to look at it: pressing words, mood and topic together. */
export function urgencyOf(text: string, topic: string, mood: Mood): Urgency {
  const words = plain(text);
  const pressure =
    (words.match(pressing)?.length ?? 0) + (topic === 'outage' ? 1 : 0) + (topic === 'legal' ? 1 : 0);
  if (topic === 'spam') return 'low';
  if (mood === 'angry' || pressure >= 2 || /\burgen|phishing.{0,200}clicked/s.test(words)) return 'high';
  return trouble.test(words) ? 'normal' : 'low';
}
