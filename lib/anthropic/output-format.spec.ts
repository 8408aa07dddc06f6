import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { objectSchemaOf } from '../tools/index.js';
import type { Schema } from '../values/index.js';
import { outputFormat } from './output-format.js';

const Category = z.object({
  name: z.string(),
  get children() {
    return z.array(Category);
  },
});
const formatOf = (schema: Schema) => outputFormat(objectSchemaOf(schema).json);
const sent = (schema: Schema): unknown => formatOf(schema).config?.format?.schema;

describe('the output format of Anthropic', () => {
  it.each<[string, Schema]>([
    ['a record', z.object({ scores: z.record(z.string(), z.number()) })],
    ['an open object', z.looseObject({ a: z.string() })],
    ['a tuple', z.object({ point: z.tuple([z.number(), z.number()]) })],
    ['an element of any type', z.object({ list: z.array(z.any()) })],
    ['a schema that contains itself', Category],
    [
      'a union in which two branches may fit',
      z.xor([z.object({ a: z.string() }), z.object({ a: z.string(), b: z.string() })]),
    ],
    [
      '25 properties that may be missing',
      z.object(Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`p${n}`, z.string().optional()]))),
    ],
    [
      '17 unions',
      z.object(Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`p${n}`, z.string().nullable()]))),
    ],
  ])('is not claimed for %s: the schema is in the system text', (_what, schema) => {
    const { config, instruction } = formatOf(schema);
    expect(config).toBeUndefined();
    expect(instruction).toContain(JSON.stringify(objectSchemaOf(schema).json));
  });

  it('keeps the shape, and tells in words what the API does not take', () => {
    const schema = z.object({
      a: z.string().min(2).describe('a name'),
      b: z.number().min(0).optional(),
      c: z.array(z.string()).min(1).max(3),
      d: z.url(),
      e: z.string().nullish(),
      f: z.string().regex(/^(?=x)/),
    });
    expect(sent(schema)).toEqual({
      type: 'object',
      properties: {
        a: { type: 'string', description: 'a name\n\n{minLength: 2}' },
        b: { type: 'number', description: '{minimum: 0}' },
        c: { type: 'array', items: { type: 'string' }, minItems: 1, description: '{maxItems: 3}' },
        d: { type: 'string', format: 'uri' },
        e: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        f: { type: 'string', description: '{pattern: "^(?=x)"}' },
      },
      required: ['a', 'c', 'd', 'f'],
      additionalProperties: false,
    });
  });

  it('says the same for literals, unions that a property decides, and definitions', () => {
    const Address = z.object({ street: z.string() }).meta({ id: 'Address' });
    const schema = z.object({
      level: z.enum({ Low: 0, High: 1, 0: 'Low', 1: 'High' }),
      any: z.literal([1, 'a', null]),
      home: Address.describe('where they live'),
      work: Address.optional(),
      paid: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('card'), last4: z.string() }),
        z.object({ kind: z.literal('cash') }),
      ]),
    });
    expect(sent(schema)).toMatchObject({
      properties: {
        level: { type: 'integer', enum: [0, 1] },
        any: { anyOf: [{ type: 'string', enum: ['a'] }, { type: 'integer', enum: [1] }, { type: 'null' }] },
        home: { anyOf: [{ $ref: '#/$defs/Address' }], description: 'where they live' },
        work: { $ref: '#/$defs/Address' },
        paid: { anyOf: [{ required: ['kind', 'last4'] }, { required: ['kind'] }] },
      },
      required: ['level', 'any', 'home', 'paid'],
      $defs: { Address: { type: 'object', additionalProperties: false } },
    });
  });
});
