import { describe, expect, it } from '@jest/globals';
import { tokensFrom } from './tokens.js';

describe('tokensFrom', () => {
  it('knows the sample tokens, among them a support lead', () => {
    expect(tokensFrom({}).get('lead-token')).toEqual({
      id: 'lead.lena',
      roles: ['support-lead'],
      tenant: 'mossbell',
    });
    expect(tokensFrom({}).get('harbour-lead-token')).toMatchObject({ tenant: 'harbour' });
    expect(tokensFrom({}).get('operator-token')).toEqual({ id: 'operator.otto', roles: ['operator'] });
  });

  it('knows only the configured tokens where there are some', () => {
    const tokens = tokensFrom({ API_TOKENS: '{"t":{"id":"ada","roles":["support-agent"],"extra":1}}' });
    expect([...tokens]).toEqual([['t', { id: 'ada', roles: ['support-agent'] }]]);
  });

  it.each([
    '[]',
    '"x"',
    '{"t":{"id":1,"roles":[]}}',
    '{"t":{"id":"ada","roles":"support-lead"}}',
    '{"t":{"id":"ada","roles":[],"tenant":1}}',
  ])('refuses %s and says what is expected', (API_TOKENS) => {
    expect(() => tokensFrom({ API_TOKENS })).toThrow(/API_TOKENS must be JSON like/);
  });
});
