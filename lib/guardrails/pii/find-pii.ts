import { findCards } from './card.js';
import { findEmails } from './email.js';
import { findIbans } from './iban.js';
import { findIps } from './ip.js';
import { findNationalIds } from './national-id.js';
import { findPhones } from './phone.js';
import type { Span } from './span.js';

/** The strictest first: where two overlap, the first one counts. */
const detectors = {
  iban: findIbans,
  card: findCards,
  nationalId: findNationalIds,
  email: findEmails,
  ip: findIps,
  phone: findPhones,
} as const satisfies Record<string, (text: string) => Span[]>;

export type PiiKind = keyof typeof detectors;

export interface PiiMatch extends Span {
  readonly kind: PiiKind;
}

export const defaultPiiKinds: readonly PiiKind[] = ['iban', 'card', 'nationalId', 'email', 'phone'];

/** Where a text holds personal data, from left to right, without overlaps. Keeps no state between calls. */
export function findPii(text: string, kinds: readonly PiiKind[] = defaultPiiKinds): PiiMatch[] {
  const matches: PiiMatch[] = [];
  // in the detectors' order, whatever the order of the kinds
  for (const [kind, find] of Object.entries(detectors) as [PiiKind, (text: string) => Span[]][]) {
    if (!kinds.includes(kind)) continue;
    for (const { start, end } of find(text)) {
      if (matches.every((other) => end <= other.start || start >= other.end))
        matches.push({ kind, start, end });
    }
  }
  return matches.toSorted((a, b) => a.start - b.start);
}
