import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maskSecrets } from './mask-secrets.js';

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
/** Unlike any word that a form or the text around it has. */
const secret = fc
  .string({ unit: fc.constantFrom(...letters), minLength: 8, maxLength: 40 })
  .map((text) => `Zq9${text}`);

const basic = (value: string) => Buffer.from(`app:${value}`).toString('base64');
const forms: readonly ((value: string) => string)[] = [
  (value) => `postgres://app:${value}@db:5432/orders`,
  (value) => `postgres://app:p@${value}@db/orders`,
  (value) => `postgres://app:p/${value}@db/orders`,
  (value) => `postgres://app:p#${value}?x@db/orders`,
  (value) => `redis://:${value}@cache:6379`,
  (value) => `https://${value}@host/repository.git`,
  (value) => `{"url":"amqp://u:${value}@queue"}`,
  ...[
    'key',
    'api_key',
    'apikey',
    'api-key',
    'token',
    'access_token',
    'signature',
    'sig',
    'X-Amz-Signature',
  ].flatMap((name) => [
    (value: string) => `http://host/v1?${name}=${value}`,
    (value: string) => `http://host/v1?a=1&${name}=${value}&b=2`,
    (value: string) => `http://host/v1?a=1&amp;${name.toUpperCase()}=${value}"`,
    (value: string) => `/login?next=%2Fv1%3Fa%3D1%26${name}%3D${value}`,
  ]),
  (value) => `https://host/callback#access_token=${value}`,
  (value) => `http://user:${value}@127.0.0.1:1/v1?key=${value}`,
  (value) => `authorization: Bearer ${value}`,
  (value) => `Authorization: Basic ${basic(value)}`,
  (value) => `{"authorization":"Bearer ${value}","accept":"*/*"}`,
  (value) => `{ 'x-api-key': '${value}' }`,
  (value) => `"{\\"x-api-key\\":\\"${value}\\"}"`,
  (value) => `headers: { authorization: [ 'Bearer ${value}' ] }`,
  (value) => `x-goog-api-key: ${value}`,
  (value) => `Ocp-Apim-Subscription-Key: ${value}`,
  (value) => `cookie: theme=dark; session=${value}`,
  (value) => `Headers.append: "Bearer ${value}" is an invalid header value`,
  (value) => `host=db user=app password=${value} dbname=orders`,
  (value) => `host=db password='${value} ${value}' dbname=orders`,
  (value) => `{"client_secret":"${value}"}`,
  (value) => `Incorrect API key provided: sk-proj-${value}.`,
];

describe('maskSecrets', () => {
  it('leaves nothing of a secret in any of its forms, whatever is around it', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom(...forms),
        secret,
        fc.string(),
        (before, form, value, after) => {
          const masked = maskSecrets(`${before} ${form(value)} ${after}`);
          expect(masked).not.toContain(value);
          expect(masked).not.toContain(basic(value));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each(forms.map((form) => [form('Zq9secret'), form] as const))('%s is masked', (text) => {
    expect(maskSecrets(text)).not.toContain('Zq9secret');
    expect(maskSecrets(text)).toContain('***');
  });

  it('is the same when it is done twice', () => {
    const text = fc.oneof(
      fc.string(),
      fc.tuple(fc.string(), fc.constantFrom(...forms), secret).map(([a, form, b]) => a + form(b)),
    );
    fc.assert(
      fc.property(text, (given) => {
        expect(maskSecrets(maskSecrets(given))).toBe(maskSecrets(given));
      }),
    );
  });

  it.each([
    'connect ECONNREFUSED 127.0.0.1:5432',
    'GET http://localhost:3000/a@b?page=2#part failed with status 404',
    'http://host:80/path?x=1 and ada@example.org',
    'check the API key of this provider',
    "Bearer authentication is needed: send 'Authorization'",
    'a basic functionality is missing',
    '$.password must be longer than or equal to 8 characters',
    'the token: it has expired',
    'RefundWorkflow.pay (run 0199a1b2-0000-7000-8000-000000000000) failed: key not found',
    'ask-for-more risk-assessment-of-orders',
  ])('%s stays as it is', (text) => {
    expect(maskSecrets(text)).toBe(text);
  });

  it('keeps what helps to find the fault', () => {
    expect(maskSecrets('connect redis://app:pa55@cache:6379?token=abc&db=2 failed')).toBe(
      'connect redis://***@cache:6379?token=***&db=2 failed',
    );
    expect(maskSecrets('{"x-api-key":"abc","accept":"json"}')).toBe('{"x-api-key":"***","accept":"json"}');
  });

  it.each([
    '://',
    '://a:',
    ':',
    '@',
    '?',
    '?key',
    '&a',
    '?a=1&',
    '%3f',
    '%3fkey%3',
    '%26a',
    'x-',
    'x-a-',
    'api-key ',
    'api-key: "',
    "authorization: '",
    'authorization:[ ',
    'bearer ',
    'basic a',
    'sk-',
    'eyJaaaaaaaa.',
    'a.',
    'a-',
    '\\"',
    ' ',
    '\t',
    '\n',
    'password="',
    'secret-access-',
  ])('takes a megabyte of %j without pause', (piece) => {
    const text = piece.repeat(1_000_000 / piece.length);
    // What looked at the rest again from each place would take hours, and run into the time limit of the test.
    for (const each of [text, `${text}@`]) expect(maskSecrets(each)).toEqual(expect.any(String));
  });
});
