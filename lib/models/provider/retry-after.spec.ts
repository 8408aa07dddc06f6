import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { retryAfterOf } from './retry-after.js';

const now = Date.UTC(2026, 9, 21, 7, 28, 0);
const read = (headers: Record<string, string>): number | undefined =>
  retryAfterOf({ get: (name) => headers[name] ?? null }, () => now);

describe('the wait that a vendor asks for', () => {
  it.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': ' 12 ' }, 12_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '31536000' }, 31_536_000_000],
    [{ 'retry-after-ms': '250', 'retry-after': '1' }, 250],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT' }, 30_000],
    [{ 'retry-after': 'Wednesday, 21-Oct-26 07:28:30 GMT' }, 30_000],
    [{ 'retry-after': 'Wed Oct 21 07:28:30 2026' }, 30_000],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:27:00 GMT' }, 0],
    [{ date: 'Wed, 21 Oct 2026 09:00:00 GMT', 'retry-after': 'Wed, 21 Oct 2026 09:00:05 GMT' }, 5_000],
    [{ date: 'yesterday', 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT' }, 30_000],
    [{ 'retry-after-ms': 'soon', 'retry-after': '3' }, 3_000],
    [{ 'retry-after-ms': '-1', 'retry-after': '3' }, 3_000],
  ])('is read from %j', (headers, expected) => {
    expect(read(headers)).toBe(expected);
  });

  it.each([
    '',
    ' ',
    '-5',
    '-0.1',
    'NaN',
    'Infinity',
    '1e400',
    '1e3',
    '0x10',
    '5, 7',
    'soon',
    'in 5 minutes',
    '31536001000',
    '9'.repeat(400),
    '12/24',
    'Fri, 31 Dec 9999 23:59:59 GMT',
    'Wed, 99 Oct 2026 07:28:30 GMT',
    '2026-10-21',
    'Wed, 21 Oct 2026 07:28:30',
    '\u0663',
  ])('is none where the header is %j', (value) => {
    expect(read({ 'retry-after': value })).toBeUndefined();
    expect(read({ 'retry-after-ms': value })).toBeUndefined();
  });

  it('is, whatever the headers hold, none or a number of milliseconds from zero to a year', () => {
    const header = fc.oneof(fc.string(), fc.double().map(String), fc.integer().map(String), fc.date({ noInvalidDate: true }).map((date) => date.toUTCString())); // prettier-ignore
    fc.assert(
      fc.property(fc.record({ 'retry-after-ms': header, 'retry-after': header, date: header }), (headers) => {
        const wait = read(headers);
        return wait === undefined || (wait >= 0 && wait <= 365 * 86_400_000);
      }),
    );
  });
});
