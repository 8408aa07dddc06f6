import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { sliceSize } from '../content/slices.js';
import { findPii, piiIn, type PiiKind } from './find-pii.js';
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

describe('what is not personal data is left alone', () => {
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
    ['a UUID that begins like a number abroad', '00386808-1556-4573-87be-eeb8cd219582'],
    ['a MAC address', '00:1a:2b:3c:4d:5e'],
    ['a build', 'build 2024.11.05.1'],
    ['coordinates with a sign', '+40.689247, -74.044502'],
    ['coordinates with signs and many digits', 'at +51.5073509 -0.1277583'],
    ['a growth in millions', 'up by +12 500 000 users'],
    ['a float with a sign', 'delta +1.23456789'],
    ['a time in a diff', '+1700000000'],
    ['powers of two', 'batch sizes 256 512 1024'],
    ['a repository by ssh', 'git clone git+ssh://git@github.com/org/repo.git'],
    ['an app with many users', 'the mobile app has 12 345 678 users'],
    ['a call at a time', 'call me on 2024-05-06 at 10:30'],
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
});

describe('personal data is found in the forms in which people and programs write it', () => {
  const nbsp = '\u00a0';
  it.each<[string, PiiKind, string, string]>([
    ['a card and its expiry', 'card', 'pay with 4111 1111 1111 1111 12/29', '4111 1111 1111 1111'],
    ['a card, its expiry and its code', 'card', '4111 1111 1111 1111 12/27 123', '4111 1111 1111 1111'],
    ['a card and a year', 'card', '4111 1111 1111 1111 2029', '4111 1111 1111 1111'],
    ['a card and a number of pieces', 'card', '5555 5555 5555 4444 2 tickets', '5555 5555 5555 4444'],
    ['a card in a row of a table', 'card', 'Ada,4111111111111111,12/27,123', '4111111111111111'],
    [
      'a card with no-break spaces',
      'card',
      `4111${nbsp}1111${nbsp}1111${nbsp}1111`,
      `4111${nbsp}1111${nbsp}1111${nbsp}1111`,
    ],
    [
      'a card with soft hyphens',
      'card',
      '4111\u00ad1111\u00ad1111\u00ad1111',
      '4111\u00ad1111\u00ad1111\u00ad1111',
    ],
    ['full-width digits', 'card', '４１１１１１１１１１１１１１１１', '４１１１１１１１１１１１１１１１'],
    ['Arabic digits', 'card', '٤١١١١١١١١١١١١١١١', '٤١١١١١١١١١١١١١١١'],
    ['a card in unusual groups behind its word', 'card', 'card 41 1111 1111 1111 11', '41 1111 1111 1111 11'],
    [
      'a phone with no-break spaces',
      'phone',
      `+33${nbsp}1${nbsp}42${nbsp}68${nbsp}53${nbsp}00`,
      `+33${nbsp}1${nbsp}42${nbsp}68${nbsp}53${nbsp}00`,
    ],
    ['a phone with no-break hyphens', 'phone', '212\u2011555\u20110123', '212\u2011555\u20110123'],
    ['an extension with country code', 'phone', '+1 212 555 0123x456', '+1 212 555 0123x456'],
    ['French dots', 'phone', 'Téléphone : 06.12.34.56.78', '06.12.34.56.78'],
    ['a Spanish number with its word', 'phone', 'teléfono 912 345 678', '912 345 678'],
    ['a German number without separators', 'phone', 'Tel: 0301234567', '0301234567'],
    [
      'a phone behind an escaped line break',
      'phone',
      String.raw`{"a":"Reach her:\n+49 30 901820`,
      '+49 30 901820',
    ],
    ['an e-mail under .md (Moldova)', 'email', 'ion.popescu@mail.md', 'ion.popescu@mail.md'],
    ['an e-mail behind a dash', 'email', '-ada@example.org', 'ada@example.org'],
    ['an e-mail in a link', 'email', 'mailto:%20ada@example.org', 'ada@example.org'],
    ['an encoded e-mail', 'email', '?u=ada%40example.org&x', 'ada%40example.org'],
    ['an e-mail with a zero-width space', 'email', 'ada\u200b@example.org', 'ada\u200b@example.org'],
    ['an e-mail that avoids robots', 'email', 'ada at example dot org', 'ada at example dot org'],
    [
      'an e-mail under an ASCII form of a domain',
      'email',
      'ivan@xn--e1afmkfd.xn--p1ai',
      'ivan@xn--e1afmkfd.xn--p1ai',
    ],
    ['an e-mail between Japanese words', 'email', 'メールはada@example.jpまで', 'ada@example.jp'],
    ['an IBAN in small letters', 'iban', 'iban de89 3704 0044 0532 0130 00', 'de89 3704 0044 0532 0130 00'],
    ['an IBAN with dots', 'iban', 'DE89.3704.0044.0532.0130.00', 'DE89.3704.0044.0532.0130.00'],
    ['an IBAN with one space', 'iban', 'DE89 370400440532013000', 'DE89 370400440532013000'],
  ])('%s', (_, kind, text, expected) => {
    expect(found(text)).toEqual([[kind, expected]]);
  });

  it('two cards side by side', () => {
    expect(found('4111 1111 1111 1111 5555 5555 5555 4444')).toEqual([
      ['card', '4111 1111 1111 1111'],
      ['card', '5555 5555 5555 4444'],
    ]);
  });
});

describe('numbers side by side', () => {
  it.each([
    ['two phones', 'phone', 'tel. 030 1234567 212-555-0123', ['030 1234567', '212-555-0123']],
    [
      'three cards',
      'card',
      Array(3).fill('5555 5555 5555 4444').join(' '),
      Array(3).fill('5555 5555 5555 4444'),
    ],
  ])('%s', (_, kind, text, expected) => {
    expect(found(text)).toEqual(expected.map((each) => [kind, each]));
  });

  it.each([
    ['tel. 030 1234567 212-555-0123 ada@example.org DE89370400440532013000 '],
    ['5555 5555 5555 4444 5555 5555 5555 4444 ada@example.org '],
  ])('wherever a slice ends: %s', (block) => {
    const times = Math.ceil((2 * sliceSize) / block.length);
    const alone = found(block);
    const all = Array.from({ length: times }, () => alone).flat();
    for (let shift = 0; shift < block.length; shift += 1) {
      expect(found(`${'y'.repeat(shift)} ${block.repeat(times)}`)).toEqual(all);
    }
  });
});

describe('an escape over which a slice ends', () => {
  it.each([
    [String.raw`\u0020`, '4111 1111 1111 1111', 'card'],
    [String.raw`\\u0020`, 'DE89370400440532013000', 'iban'],
    ['%20', '4111 1111 1111 1111', 'card'],
    ['&#32;', 'ada@example.org', 'email'],
    ['&nbsp;', '+49 30 901820', 'phone'],
    ['\u{1d7ce}x ', '+49 30 901820', 'phone'],
  ])('%j is read whole', (escape, number, kind) => {
    for (let shift = 0; shift <= escape.length; shift += 1) {
      const text = `${'x'.repeat(sliceSize - shift)}${escape}${number} x`;
      expect(found(text)).toEqual([[kind, number]]);
    }
  });

  it.each([
    String.raw`ada\u0040example.org`,
    'ada%40example.org',
    'ada&#64;example.org',
    'ada&commat;example.org',
  ])('%s is found', (address) => {
    for (let shift = 0; shift <= address.length; shift += 1) {
      const text = `${'x'.repeat(sliceSize - shift - 1)} ${address} x`;
      expect(found(text)).toEqual([['email', address]]);
    }
  });
});

describe('a long text', () => {
  const parts = fc.constantFrom(
    'ada@example.org',
    '+49 30 901820',
    'DE89370400440532013000',
    '5555 5555 5555 4444',
    '212-555-0123',

    'tel. 030 1234567',
    'order no. 4111111111111111',
    'ＤＥ８９３７０４００４４０５３２０１３０００',
    String.raw`\n`,
    '€ 1.234',
    ', ',
    '\n',
    ' und ',
    'Straße',
  );

  it('is read in slices whose edges hide nothing and invent nothing', () => {
    fc.assert(
      fc.property(
        fc.array(parts, { minLength: 1, maxLength: 12 }),
        fc.nat(300),
        fc.boolean(),
        (some, shift, isOneLine) => {
          const gap = isOneLine ? ' ' : '\n';
          const block = `b${gap}${some.join(gap)}${gap}`;
          const times = Math.ceil((2 * sliceSize) / block.length) + 1;
          const alone = findPii(block).map(({ kind, start, end }) => [kind, block.slice(start, end)]);
          const text = 'y'.repeat(shift) + gap + block.repeat(times);
          expect(found(text)).toEqual(Array.from({ length: times }, () => alone).flat());
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is read once: slices are bounded, and as many as the text has', () => {
    for (const unit of [
      'a@b.co ',
      'a',
      '1',
      '+1 ',
      'a.',
      '0 ',
      'A1',
      '4111 1111 1111 1111 ',
      '@',
      '\u200b',
      '٤',
    ]) {
      const slices = [1, 2, 4].map((times) => {
        const work = piiIn(`1@${unit.repeat((times * 8 * sliceSize) / unit.length)}`, allKinds);
        let count = 1;
        while (work.next().done !== true) count += 1;
        return count;
      });
      const [one = 0, two = 0, four = 0] = slices;
      expect(one).toBeGreaterThanOrEqual(8);
      expect(one).toBeLessThanOrEqual(10);
      expect(two).toBeLessThanOrEqual(2 * one + 1);
      expect(four).toBeLessThanOrEqual(2 * two + 1);
    }
  });
});

describe('replacePii', () => {
  const text = 'Ada (ada@example.org) pays with 4111 1111 1111 1111.';

  it('redacts or masks, and leaves the rest', () => {
    expect(replacePii(text, findPii(text), 'redact')).toBe('Ada ([EMAIL]) pays with [CARD].');
    expect(replacePii(text, findPii(text), 'mask')).toBe('Ada (a***@example.org) pays with ****1111.');
  });

  it('cuts no character in half', () => {
    const hard = '𝒶da@example.org, 4111 1111 1111 111𝟏, {"a":"\\u0061da@example.org"}';
    for (const action of ['redact', 'mask'] as const) {
      const result = replacePii(hard, findPii(hard), action);
      expect(result).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
      expect(() => JSON.parse(result.slice(result.indexOf('{'))) as unknown).not.toThrow();
      expect(result).not.toContain('4111');
    }
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
