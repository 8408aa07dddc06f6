import { InputValidationError } from '../errors/index.js';
import { describe, expect, it } from '@jest/globals';
import { readPrincipal } from './principal.js';

describe('a principal', () => {
  it.each([
    ['$', undefined],
    ['$', null],
    ['$', 'ana'],
    ['$.id', { roles: [] }],
    ['$.id', { id: '', roles: [] }],
    ['$.id', { id: ' ', roles: [] }],
    ['$.id', { id: 7, roles: [] }],
    ['$.roles', { id: 'ana' }],
    ['$.roles', { id: 'ana', roles: 'team-leadership' }],
    ['$.roles', { id: 'ana', roles: { lead: true } }],
    ['$.roles', { id: 'ana', roles: [1] }],
    ['$.tenant', { id: 'ana', roles: [], tenant: null }],
    ['$.tenant', { id: 'ana', roles: [], tenant: '' }],
    ['$.attributes', { id: 'ana', roles: [], attributes: 'x' }],
  ])('is refused with the path %s: %j', (path, value) => {
    expect(() => readPrincipal(value, 'the caller')).toThrow(
      expect.objectContaining({
        code: 'INPUT_VALIDATION',
        message: expect.stringContaining('the caller is not a principal'),
        details: { issues: [{ path, message: expect.any(String) }] },
      }),
    );
  });

  it('has one form for one name', () => {
    const read = readPrincipal(
      { id: 'jose\u0301', roles: ['che\u0301f'], tenant: 'e\u0301', attributes: { level: 2 }, password: 'x' },
      'it',
    );
    expect(read).toEqual({
      id: 'jos\u00e9',
      roles: ['ch\u00e9f'],
      tenant: '\u00e9',
      attributes: { level: 2 },
    });
  });

  it('is refused where its names cannot be stored, since changed they would name somebody else', () => {
    for (const principal of [
      { id: 'a\0b', roles: [] },
      { id: 'ann', roles: ['\ud800'] },
      { id: 'ann', roles: [], tenant: 'x'.repeat(513) },
    ])
      expect(() => readPrincipal(principal, 'it')).toThrow(InputValidationError);
  });
});
