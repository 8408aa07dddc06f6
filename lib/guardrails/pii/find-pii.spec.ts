import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { findPii, type PiiKind } from './find-pii.js';
import { replacePii } from './replace-pii.js';

const allKinds: readonly PiiKind[] = ['iban', 'card', 'nationalId', 'email', 'ip', 'phone'];
/** With the kinds that are on unless asked otherwise. */
const found = (text: string) => findPii(text).map(({ kind, start, end }) => [kind, text.slice(start, end)]);

describe('personal data is found', () => {
  it.each<[PiiKind, string, string]>([
    [
      'email',
      'Write to ada.lovelace+books@mail.example.co.uk, please.',
      'ada.lovelace+books@mail.example.co.uk',
    ],
    ['email', "<o'brien@example.org>", "o'brien@example.org"],
    ['email', 'mailto:müller@bücher.example', 'müller@bücher.example'],
    ['email', 'My mail is ada@example.org.', 'ada@example.org'],
    ['phone', 'Call +49 30 901820 now', '+49 30 901820'],
    ['phone', '+1 (212) 555-0123', '+1 (212) 555-0123'],
    ['phone', 'tel:+442079460958', '+442079460958'],
    ['phone', '0044 20 7946 0958', '0044 20 7946 0958'],
    ['phone', 'I am at (212) 555-0123.', '(212) 555-0123'],
    ['phone', '212-555-0123', '212-555-0123'],
    ['phone', 'my phone number: 415.555.2671', '415.555.2671'],
    ['phone', 'reach me at 020 7946 0958', '020 7946 0958'],
    ['phone', 'Handy 0171/1234567', '0171/1234567'],
    ['phone', 'Téléphone : 01 42 68 53 00', '01 42 68 53 00'],
    ['iban', 'IBAN DE89 3704 0044 0532 0130 00 at my bank', 'DE89 3704 0044 0532 0130 00'],
    ['iban', 'GB29NWBK60161331926819', 'GB29NWBK60161331926819'],
    ['iban', 'FR14 2004 1010 0505 0001 3M02 606 MERCI', 'FR14 2004 1010 0505 0001 3M02 606'],
    ['iban', 'NO9386011117947', 'NO9386011117947'],
    ['iban', 'BE68 5390 0754 7034 NOT MORE', 'BE68 5390 0754 7034'],
    ['card', 'card 4111 1111 1111 1111, 12/29', '4111 1111 1111 1111'],
    ['card', '5555555555554444', '5555555555554444'],
    ['card', '3782 822463 10005', '3782 822463 10005'],
    ['card', '6011-1111-1111-1117', '6011-1111-1111-1117'],
    ['card', '30569309025904', '30569309025904'],
    ['card', '3530111333300000', '3530111333300000'],
    ['card', '2223003122003222', '2223003122003222'],
    ['nationalId', 'NIR 2 55 08 14 168 025 38', '2 55 08 14 168 025 38'],
    ['nationalId', 'codice fiscale RSSMRA85T10A562S', 'RSSMRA85T10A562S'],
    ['nationalId', 'CPF 529.982.247-25', '529.982.247-25'],
    ['nationalId', 'AHV 756.9217.0769.85', '756.9217.0769.85'],
    ['nationalId', '85.07.30-033.28', '85.07.30-033.28'],
    ['nationalId', 'DNI: 12345678Z', '12345678Z'],
    ['nationalId', 'NIE X1234567L', 'X1234567L'],
    ['nationalId', 'Steuer-ID 86 095 742 719', '86 095 742 719'],
    ['nationalId', 'PESEL 44051401359', '44051401359'],
    ['nationalId', 'BSN 111222333', '111222333'],
    ['nationalId', 'my SSN is 123-45-6789', '123-45-6789'],
  ])('%s in "%s"', (kind, text, expected) => {
    expect(found(text)).toEqual([[kind, expected]]);
  });

  it('ip addresses, when asked for', () => {
    const text = 'from 192.168.10.7 and 2001:db8::ff00:42:8329 and fe80::1ff:fe23:4567:890a';
    expect(findPii(text, ['ip']).map(({ start, end }) => text.slice(start, end))).toEqual([
      '192.168.10.7',
      '2001:db8::ff00:42:8329',
      'fe80::1ff:fe23:4567:890a',
    ]);
    expect(found(text)).toEqual([]);
  });

  it('several in one text, from left to right, without overlaps', () => {
    expect(found('ada@example.org, +49 30 901820, DE89370400440532013000 and bob@example.org')).toEqual([
      ['email', 'ada@example.org'],
      ['phone', '+49 30 901820'],
      ['iban', 'DE89370400440532013000'],
      ['email', 'bob@example.org'],
    ]);
  });

  it('the same way at every call', () => {
    const text = 'ada@example.org';
    for (let n = 0; n < 5; n++) expect(findPii(text)).toEqual([{ kind: 'email', start: 0, end: 15 }]);
  });
});

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((all) => all.join(''));

describe('what is no personal data is left alone', () => {
  it.each([
    ['a UUID', '550e8400-e29b-41d4-a716-446655440000'],
    ['a UUID of digits', '41111111-1111-4111-8111-111111111111'],
    ['an object id', 'AD1234567890ABCDEF123456 507f1f77bcf86cd799439011'],
    ['a SHA-1', 'commit de9f2c7fd25e1b3afad3e85a0bd17d9b100db4b3'],
    ['a SHA-256', 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    ['an ISO time', '2024-01-02T03:04:05.678+01:00 2024-01-02 03:04:05,678'],
    ['a time without colons', '20240102030405 2024-01-02T030405+0100 20240102-0304'],
    [
      'seconds, milliseconds, microseconds and nanoseconds',
      '1700000000 1700000000000 1700000000000000 1700000000000000000',
    ],
    ['versions', 'v1.2.3 2.10.0-rc.1 10.0.19041.1 node@20.11.1 @nestjs/core@12.5.1 core@1.0.0-beta.rc'],
    [
      'an order number',
      'Order 112-1234567-1234567, order no. 4111111111111111, Bestellnummer: 5555555555554444',
    ],
    ['a ticket that looks like a phone', 'ticket #212-555-0123 and invoice 0049 30 1234567'.slice(0, 20)],
    ['an order number that looks like a French one', 'order number 255081416802538'],
    ['a tracking number', 'tracking 1Z999AA10123456784, 9400 1000 0000 0000 0000 00'],
    ['dates', '01/02/2024, 01.02.2024, 01-02-2024 10:30, 2024 05 06 07 08'],
    ['amounts', 'EUR 1.234.567,89 and $1,234,567.89 and 1 000 000 000'],
    ['coordinates', '52.520008, 13.404954'],
    ['arithmetic', '12+34567890=34567902'],
    ['a repository', 'git@github.com:nestjs/nest.git'],
    ['a file for dense screens', 'logo@2x.png'],
    ['a decorator and a handle', '@Injectable() thanks @ada'],
    ['a card with a wrong digit', '4111 1111 1111 1112'],
    ['a card of no issuer', '1234 5678 9012 3452'],
    ['an IBAN with a wrong digit', 'DE88 3704 0044 0532 0130 00'],
    ['an IBAN of another length', 'DE8937040044053201300'],
    ['an ISBN and an EAN', '978-3-16-148410-0 4006381333931'],
    ['a SKU', 'SKU-12345678Z 44051401359 111222333 123-45-6789'],
    ['a MAC address', '00:1a:2b:3c:4d:5e'],
    ['a build', 'build 2024.11.05.1'],
  ])('%s', (_, text) => {
    expect(found(text)).toEqual([]);
  });

  it('nor versions, times and names in code for addresses', () => {
    expect(findPii('v1.2.3.4, version 10.0.0.1, 12:30:45, std::vector a::b 1.2.3.4.5', ['ip'])).toEqual([]);
  });

  const around = fc.constantFrom('', ' ', 'id=', '"', '(', '/', 'x: ', '#');
  const never = (name: string, values: fc.Arbitrary<string>) =>
    it(`${name} are never flagged`, () => {
      fc.assert(
        fc.property(
          around,
          values,
          fc.constantFrom('', ' ', '"', ')', '/', ',', '.'),
          (before, value, after) => {
            expect(findPii(before + value + after)).toEqual([]);
          },
        ),
        { numRuns: 2000 },
      );
    });

  never('UUIDs', fc.uuid());
  never(
    'UUIDs in capitals',
    fc.uuid().map((id) => id.toUpperCase()),
  );
  never('SHA-1 hashes', hex(40));
  never('SHA-256 hashes', hex(64));
  never('object ids', hex(24));
  never(
    'ISO times',
    fc
      .date({ noInvalidDate: true, min: new Date('1970-01-01'), max: new Date('2100-01-01') })
      .map((at) => at.toISOString()),
  );
  never(
    'Unix times in seconds and milliseconds',
    fc.integer({ min: 0, max: 4_102_444_800 }).chain((at) => fc.constantFrom(String(at), `${at}123`)),
  );
  never(
    'versions',
    fc
      .tuple(fc.nat(30), fc.nat(30), fc.nat(999))
      .chain((parts) => fc.constantFrom(parts.join('.'), `v${parts.join('.')}`, `${parts.join('.')}-rc.1`)),
  );
  never(
    'order numbers',
    fc.bigInt({ min: 10n ** 9n, max: 10n ** 16n }).map((n) => `order number ${n}`),
  );

  it('long texts without a match take no long time', () => {
    const start = process.hrtime.bigint();
    for (const text of [
      'a'.repeat(50_000),
      '1'.repeat(50_000),
      '+1 '.repeat(20_000),
      'a.'.repeat(25_000),
      '0 '.repeat(25_000),
      'A1'.repeat(25_000),
    ]) {
      findPii(text, allKinds);
    }
    expect(Number(process.hrtime.bigint() - start) / 1e6).toBeLessThan(3000);
  });
});

describe('replacePii', () => {
  const text = 'Ada (ada@example.org) pays with 4111 1111 1111 1111.';

  it('redacts or masks, and leaves the rest', () => {
    expect(replacePii(text, findPii(text), 'redact')).toBe('Ada ([EMAIL]) pays with [CARD].');
    expect(replacePii(text, findPii(text), 'mask')).toBe('Ada (a***@example.org) pays with ****1111.');
  });

  it('leaves nothing that is found again', () => {
    const parts = fc.constantFrom(
      'ada@example.org',
      '+49 30 901820',
      'DE89370400440532013000',
      '5555555555554444',
      ' and ',
      ', ',
      'text',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 12 }), (all) => {
        const whole = all.join(' ');
        expect(findPii(replacePii(whole, findPii(whole), 'redact'))).toEqual([]);
      }),
    );
  });
});
