import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { expectedReadings } from '../offline/reading.fixture.js';
import { TicketDto } from './ticket.dto.js';
import { sampleTickets } from './ticket-files.js';

const tickets = sampleTickets();

describe('the sample tickets', () => {
  it('are at least 24, each with an id of its own', () => {
    expect(tickets.length).toBeGreaterThanOrEqual(24);
    expect(new Set(tickets.map(({ id }) => id)).size).toBe(tickets.length);
  });

  it('pass the validation of the API', () => {
    const problems = tickets.flatMap((ticket) =>
      validateSync(plainToInstance(TicketDto, ticket), { whitelist: true, forbidNonWhitelisted: true }).map(
        (error) => `${ticket.id}: ${error.toString()}`,
      ),
    );
    expect(problems).toEqual([]);
  });

  it('contain an empty one and one of more than 10,000 letters', () => {
    expect(tickets.some(({ body }) => body === '')).toBe(true);
    expect(tickets.some(({ body }) => body.length > 10_000)).toBe(true);
  });

  it('contain a card number and an IBAN that would pass the check of a bank', () => {
    const cards = tickets.flatMap(({ body }) => body.match(/\b(?:\d{4} ){3}\d{4}\b/g) ?? []);
    const ibans = tickets.flatMap(({ body }) => body.match(/\b[A-Z]{2}\d{2}(?: \d{4}){5}\b/g) ?? []);
    expect([cards.some(isCard), ibans.some(isIban)]).toEqual([true, true]);
  });

  it('have a reading by a person each, in four languages, two of them trying to instruct a model', () => {
    const readings = expectedReadings();
    expect(Object.keys(readings).toSorted()).toEqual(tickets.map(({ id }) => id).toSorted());
    expect(new Set(Object.values(readings).map(({ language }) => language))).toEqual(
      new Set(['en', 'de', 'es', 'fr']),
    );
    expect(Object.values(readings).filter(({ instructions }) => instructions).length).toBeGreaterThanOrEqual(
      2,
    );
  });
});

/** Luhn's check digit, ISO/IEC 7812. */
function isCard(number: string): boolean {
  const digits = [...number.replaceAll(' ', '')].toReversed().map(Number);
  return (
    digits.reduce((sum, digit, place) => sum + (place % 2 === 0 ? digit : (digit * 2) % 9 || digit), 0) %
      10 ===
    0
  );
}

/** Remainder 1 of the rearranged number, ISO 13616. */
function isIban(iban: string): boolean {
  const text = iban.replaceAll(' ', '');
  const digits = [...(text.slice(4) + text.slice(0, 4))]
    .map((letter) => String(parseInt(letter, 36)))
    .join('');
  return BigInt(digits) % 97n === 1n;
}
