import type { PiiKind, PiiMatch } from './find-pii.js';

const labels = {
  iban: '[IBAN]',
  card: '[CARD]',
  nationalId: '[NATIONAL ID]',
  email: '[EMAIL]',
  ip: '[IP]',
  phone: '[PHONE]',
} as const satisfies Record<PiiKind, string>;

/** How many characters at the end a mask leaves, for people to recognize their own. */
const shown = 4;

/** The text with every match redacted or masked. */
export function replacePii(text: string, matches: readonly PiiMatch[], action: 'redact' | 'mask'): string {
  let result = '';
  let from = 0;
  for (const { kind, start, end } of matches) {
    const replacement = action === 'redact' ? labels[kind] : mask(kind, text.slice(start, end));
    result += text.slice(from, start) + replacement;
    from = end;
  }
  return matches.length === 0 ? text : result + text.slice(from);
}

/** By code points: half of one would make the whole text unfit to be sent. */
function mask(kind: PiiKind, found: string): string {
  if (kind === 'email') {
    const first = /^[\p{L}\p{N}]/u.exec(found)?.[0] ?? '';
    return `${first}***${/[@\uff20].*$/su.exec(found)?.[0] ?? ''}`;
  }
  return `****${(found.match(/[\p{L}\p{N}]/gu) ?? []).slice(-shown).join('')}`;
}
