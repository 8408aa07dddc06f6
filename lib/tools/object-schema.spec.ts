import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { IsOptional, IsString } from 'class-validator';
import { z } from 'zod';
import { Category } from '../values/schemas.fixture.js';
import type { Schema } from '../values/index.js';
import { objectSchemaOf } from './object-schema.js';

class Noted {
  @IsOptional() @IsString() note?: string | null;
}
const Chain = z.object({
  name: z.string().optional(),
  get next() {
    return Chain.optional();
  },
});
const event = z.union([
  z.object({ kind: z.literal('a'), note: z.string().optional() }),
  z.object({ kind: z.literal('b'), note: z.string().nullable() }),
]);

describe('what a model wrote, in the shape of the schema', () => {
  it.each<[string, Schema, unknown, unknown]>([
    [
      'takes null for absent where it may be missing',
      z.object({ a: z.string().optional(), b: z.int() }),
      { a: null, b: 1 },
      { b: 1 },
    ],
    [
      'takes null for absent where there is a default',
      z.object({ a: z.coerce.number().default(3) }),
      { a: null },
      {},
    ],
    ['keeps null where it is a value', z.object({ a: z.string().nullish() }), { a: null }, { a: null }],
    ['keeps null where a class takes it', Noted, { note: null }, { note: null }],
    ['keeps null where a value is required', z.object({ a: z.string() }), { a: null }, { a: null }],
    ['keeps null where anything goes', z.object({ a: z.unknown().optional() }), { a: null }, { a: null }],
    [
      'keeps null at names that it does not know',
      z.object({ a: z.string().optional() }),
      { z: null },
      { z: null },
    ],
    [
      'looks into lists',
      z.object({ l: z.array(z.object({ a: z.int().optional() })) }),
      { l: [{ a: null }, { a: 1 }] },
      { l: [{}, { a: 1 }] },
    ],
    [
      'looks into records',
      z.object({ r: z.record(z.string(), z.object({ a: z.int().optional() })) }),
      { r: { x: { a: null } } },
      { r: { x: {} } },
    ],
    [
      'looks into tuples',
      z.object({ t: z.tuple([z.object({ a: z.int().optional() })]) }),
      { t: [{ a: null }] },
      { t: [{}] },
    ],
    [
      'looks into schemas that contain themselves',
      Chain,
      { name: null, next: { name: 'x', next: null } },
      { next: { name: 'x' } },
    ],
    [
      'goes by the branch of a union',
      z.object({ e: event }),
      { e: { kind: 'a', note: null } },
      { e: { kind: 'a' } },
    ],
    [
      'goes by the other branch of a union',
      z.object({ e: event }),
      { e: { kind: 'b', note: null } },
      { e: { kind: 'b', note: null } },
    ],
    ['unwraps a list', z.array(z.int()), { value: [1] }, [1]],
    ['unwraps a union', event, { value: { kind: 'a', note: null } }, { kind: 'a' }],
    ['takes a list for itself that is not wrapped', z.array(z.int()), [1], [1]],
    [
      'takes an object for itself that has a property of that name',
      z.union([z.object({ value: z.int() }), z.string()]),
      { value: 3 },
      { value: 3 },
    ],
    ['prefers the wrapper where both fit', z.union([z.object({ value: z.int() }), z.int()]), { value: 3 }, 3],
    ['parses an object that is written as a text', z.object({ a: z.int() }), '\uFEFF {"a":1}', { a: 1 }],
    ['parses a list in the wrapper that is written as a text', z.array(z.int()), { value: '[1]' }, [1]],
    ['leaves a text that fits', z.string(), { value: '{"a":1}' }, '{"a":1}'],
    ['leaves a text that may be one', z.union([z.string(), z.object({})]), { value: '{"a":1}' }, '{"a":1}'],
    ['leaves a text that is not JSON', z.object({ a: z.int() }), 'none', 'none'],
    [
      'leaves what is too deep to those who refuse it',
      z.object({ a: z.unknown() }),
      { a: deep(2000) },
      { a: deep(2000) },
    ],
  ])('%s', (_what, schema, written, meant) => {
    expect(JSON.stringify(objectSchemaOf(schema).unwrap(written))).toBe(JSON.stringify(meant));
  });

  it.each<[string, Schema]>([
    ['a union', event],
    ['a class that contains itself', Category],
    ['a number', Number],
    [
      'an object with alternatives',
      described({ type: 'object', anyOf: [{ required: ['a'] }, { required: ['b'] }] }),
    ],
  ])('wraps %s, since vendors take objects only', (_what, schema) => {
    expect(objectSchemaOf(schema).json).toMatchObject({
      type: 'object',
      required: ['value'],
      additionalProperties: false,
    });
    for (const keyword of ['anyOf', 'oneOf', 'allOf', 'not', 'enum', '$ref'])
      expect(objectSchemaOf(schema).json).not.toHaveProperty([keyword]);
  });
});

// A way that doubles with each level takes longer than the universe has had, and the test's own limit ends it.
it('comes to an end with unions inside unions', () => {
  const Either = z.union([
    z.object({ a: z.int().optional(), get next() { return Either.optional(); } }),
    z.object({ b: z.int().optional(), get next() { return Either.optional(); } }),
  ]); // prettier-ignore
  let value: unknown = { a: 'wrong', b: 'wrong', c: null };
  for (let level = 0; level < 90; level++) value = { next: value };
  expect(JSON.stringify(objectSchemaOf(Either).unwrap({ value }))).toBe(JSON.stringify(value));
});

function deep(levels: number): unknown {
  let value: unknown = null;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

function described(json: Record<string, unknown>): Schema {
  const validate = (value: unknown) => ({ value });
  return {
    '~standard': { version: 1, vendor: 'own', validate, jsonSchema: { input: () => json } },
  } as Schema;
}
