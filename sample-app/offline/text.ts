/** Lower case without accents, so that `contraseña`, `CONTRASEÑA` and `contrasena` are one word. */
export function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('ß', 'ss').toLowerCase();
}

/** Sentences and lines; a long text without full stops is cut at its line ends. */
export function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[.!?…])\s+(?=\S)|\n+/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

const emptyWords = new Set(
  (
    'a about after all also an and any are as at be been but by can could did do does done for from get had has have he ' +
    'her here hi hello his how i if in is it its just like me more my need no not now of on one only or our out please ' +
    'she since so still team thank thanks that the their them then there they this to too two up us was we were what ' +
    'when where which while who why will with would you your'
  ).split(' '),
);

/** Words that carry meaning, cut to a common stem: `invoices` and `invoice` are one. */
export function stemsOf(text: string): string[] {
  return (plain(text).match(/[a-z][a-z0-9-]{2,}/g) ?? []).filter((word) => !emptyWords.has(word)).map(stem);
}

/** Endings that English adds without a change of meaning; rough, and the same on both sides of a comparison. */
function stem(word: string): string {
  const cut = word.replace(/(?:ies|ied)$/, 'y').replace(/(?:ing|ed|es|s|e)$/, '');
  return cut.length >= 3 ? cut : word;
}
