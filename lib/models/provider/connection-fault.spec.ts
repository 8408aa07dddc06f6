import { describe, expect, it } from '@jest/globals';
import { connectionFault, isConnectionFault } from './connection-fault.js';

const system = (code: string, message = code) => Object.assign(new Error(message), { code });
/** As fetch throws it. */
const fetchFailed = (cause: unknown) => new TypeError('fetch failed', { cause });

describe('a request whose connection failed', () => {
  it.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
  ])('with %s was not sent; another attempt may help', (code) => {
    expect(connectionFault(fetchFailed(system(code)))).toEqual({ transient: true, outcome: 'not-sent' });
  });

  it.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'HPE_INVALID_CONSTANT', 'Z_DATA_ERROR', 'ERR_HTTP2_STREAM_ERROR', 'OF_NEXT_YEAR'])(
    'with %s may have been done; another attempt may help',
    (code) => {
      expect(connectionFault(fetchFailed(system(code)))).toEqual({ transient: true, outcome: 'unknown' });
      expect(isConnectionFault(system(code))).toBe(true);
    },
  ); // prettier-ignore

  it.each(['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_INVALID_URL', 'UND_ERR_INVALID_ARG'])(
    'with %s was not sent; no attempt would help',
    (code) => {
      expect(connectionFault(fetchFailed(system(code)))).toEqual({ transient: false, outcome: 'not-sent' });
    },
  ); // prettier-ignore

  it('is judged by the innermost cause that says something, at most eight levels down, and cycles end', () => {
    let error: Error = system('ECONNREFUSED');
    for (let level = 1; level < 8; level += 1) error = new Error('around', { cause: error });
    expect(connectionFault(error).outcome).toBe('not-sent');
    expect(connectionFault(new Error('around', { cause: error })).outcome).toBe('unknown');
    const cycle = new Error('round');
    cycle.cause = cycle;
    expect(connectionFault(cycle)).toEqual({ transient: true, outcome: 'unknown' });
  });

  it.each([undefined, null, 'text', 7, {}, Symbol('x'), new Proxy({}, { get: () => { throw new Error('no'); } })])(
    'with what nobody knows may have been done (%#)',
    (thrown) => {
      expect(connectionFault(thrown)).toEqual({ transient: true, outcome: 'unknown' });
      expect(isConnectionFault(thrown)).toBe(false);
    },
  ); // prettier-ignore

  it.each([new TypeError('x is not a function'), new RangeError('deep'), Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL' })])(
    'is not what a program threw: %s',
    (error) => {
      expect(isConnectionFault(error)).toBe(false);
      expect(connectionFault(error).transient).toBe(false);
    },
  ); // prettier-ignore
});
