import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Category, Line, Note, Order, Rated } from '../schemas.fixture.js';
import type { Schema } from './schema.js';
import { validate } from './validate.js';
import type { Validated } from './validated.js';

function issuesOf(result: Validated<unknown>): Record<string, string> {
  if (result.ok) throw new Error('was accepted');
  return Object.fromEntries(result.issues.map(({ path, message }) => [path, message]));
}

const valid = { email: 'ada@example.org', lines: [{ sku: 'A1', quantity: 2 }] };

describe('validate with a class', () => {
  it('makes an instance, nested ones too, keeps defaults and drops unknown properties', async () => {
    const result = await validate(Order, { ...valid, admin: true });
    if (!result.ok) throw new Error(JSON.stringify(result.issues));
    expect(result.value).toBeInstanceOf(Order);
    expect(result.value.lines[0]?.label()).toBe('2 × A1');
    expect(result.value).toEqual({ ...valid, urgency: 'low' });
    expect('admin' in result.value).toBe(false);
  });

  it('flattens nested issues to paths', async () => {
    const lines = [valid.lines[0], { sku: 7, quantity: 0 }];
    const issues = issuesOf(await validate(Order, { email: 'nobody', lines, gift: {} }));
    expect(Object.keys(issues).toSorted()).toEqual([
      '$.email',
      '$.gift.quantity',
      '$.gift.sku',
      '$.lines[1].quantity',
      '$.lines[1].sku',
    ]);
    expect(issues['$.lines[1].quantity']).toContain('must not be less than 1');
  });

  it('knows the rules of the classes it extends', async () => {
    expect(issuesOf(await validate(Rated, { ...valid, confidence: 3 }))).toHaveProperty(['$.confidence']);
    expect(issuesOf(await validate(Rated, { confidence: 1 }))).toHaveProperty(['$.email']);
  });

  it('leaves frozen values as they were', async () => {
    const frozen = Object.freeze({
      ...valid,
      extra: 1,
      lines: Object.freeze([Object.freeze({ ...valid.lines[0] })]),
    });
    expect((await validate(Order, frozen)).ok).toBe(true);
    expect(frozen.extra).toBe(1);
  });

  it.each([[null], [undefined], ['text'], [[valid]]])('refuses %p, which is not an object', async (value) => {
    expect(issuesOf(await validate(Order, value))).toEqual({ $: 'must be an object that fits Order' });
  });

  it('takes every object for a class without rules, as an instance', async () => {
    const result = await validate(Note, { text: 'hey', more: 1 });
    expect(result.ok && result.value.shout()).toBe('HEY');
    expect(result.ok && result.value).toEqual({ text: 'hey', more: 1 });
    expect((await validate(Note, 'text')).ok).toBe(false);
  });

  it('does not let a __proto__ key into the instance', async () => {
    const result = await validate(Note, JSON.parse('{"text":"a","__proto__":{"admin":true}}'));
    expect(result.ok && (result.value as { admin?: boolean }).admin).toBeUndefined();
    expect(result.ok && result.value).toBeInstanceOf(Note);
  });

  it('says what is wrong where a transformation throws', async () => {
    const throwing = class Broken extends Line {
      constructor() {
        super();
        throw new Error('needs a database');
      }
    };
    expect(issuesOf(await validate(throwing, {}))['$']).toContain('needs a database');
  });

  it('validates classes that contain themselves', async () => {
    const result = await validate(Category, { name: 'a', children: [{ name: 1, children: [] }] });
    expect(issuesOf(result)).toHaveProperty(['$.children[0].name']);
  });
});

describe('validate with a class of the language', () => {
  it.each<[Schema, unknown, unknown]>([
    [String, 'a', 1],
    [Number, 1, '1'],
    [Boolean, false, 0],
    [Array, [], {}],
  ])('%p takes %p and refuses %p', async (schema, good, bad) => {
    expect(await validate(schema, good)).toEqual({ ok: true, value: good });
    expect(issuesOf(await validate(schema, bad))).toHaveProperty(['$']);
  });

  it('takes everything for Object, the type of interfaces and unions', async () => {
    for (const value of [1, 'a', null, undefined, { a: 1 }]) {
      expect(await validate(Object, value)).toEqual({ ok: true, value });
    }
  });

  it('makes a Date of its JSON', async () => {
    expect(await validate(Date, '2026-01-01T00:00:00Z')).toEqual({ ok: true, value: new Date('2026-01-01') });
    expect((await validate(Date, 'soon')).ok).toBe(false);
  });
});

describe('validate with a Standard Schema', () => {
  const schema = z.object({ items: z.array(z.object({ n: z.coerce.number() })) });

  it('gives the output of the schema', async () => {
    expect(await validate(schema, { items: [{ n: '4' }] })).toEqual({
      ok: true,
      value: { items: [{ n: 4 }] },
    });
  });

  it('gives paths in the same form', async () => {
    expect(issuesOf(await validate(schema, { items: [{ n: 1 }, { n: 'x' }] }))).toHaveProperty([
      '$.items[1].n',
    ]);
  });

  it('waits for schemas that check asynchronously', async () => {
    const unique = z.string().refine((text) => Promise.resolve(text !== 'taken'), 'is taken');
    expect(issuesOf(await validate(unique, 'taken'))).toEqual({ $: 'is taken' });
  });
});
