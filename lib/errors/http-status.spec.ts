import { describe, expect, it } from '@jest/globals';
import { isTransientStatus, outcomeOfStatus } from './http-status.js';

describe('an HTTP status', () => {
  it.each([408, 409, 425, 429, 500, 501, 502, 503, 504, 520, 529, 599])('%d may pass', (status) => {
    expect(isTransientStatus(status)).toBe(true);
  });

  it.each([400, 401, 403, 404, 410, 413, 422, 499])('%d stays', (status) => {
    expect(isTransientStatus(status)).toBe(false);
  });

  it.each([undefined, 200, 302, 408, 499, 500, 502, 504, 520, 524])(
    '%s leaves open what was done',
    (status) => {
      expect(outcomeOfStatus(status)).toBe('unknown');
    },
  );

  it.each([400, 401, 404, 409, 422, 429, 501, 503, 521, 529])('%d says that nothing was done', (status) => {
    expect(outcomeOfStatus(status)).toBe('refused');
  });
});
