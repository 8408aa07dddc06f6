import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { ArrayUnique, IsArray, IsEnum, IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { z } from 'zod';
import { objectSchemaOf } from '../tools/index.js';
import type { JsonValue, Schema } from '../values/index.js';
import { strictSchema } from './strict-schema.js';

type Node = Record<string, unknown>;
/** The rules of strict mode that its refusals name. */
function refusals(node: Node, at = '$'): string[] {
  const found: string[] = [];
  const sub = (inner: unknown, name: string): void =>
    void found.push(...refusals(inner as Node, `${at}.${name}`));
  if ('$ref' in node && Object.keys(node).length > 1) found.push(`${at}: $ref cannot have other keywords`);
  if (!['$ref', 'anyOf', 'type'].some((key) => key in node))
    found.push(`${at}: schema must have a 'type' key`);
  const known = ['type', 'properties', 'required', 'additionalProperties', 'items', 'anyOf', 'enum', '$ref', '$defs', 'title', 'description', 'pattern', 'format', 'minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minItems', 'maxItems']; // prettier-ignore
  for (const key of Object.keys(node))
    if (!known.includes(key)) found.push(`${at}: '${key}' is not permitted`);
  if (node['type'] === 'array' && (typeof node['items'] !== 'object' || node['items'] === null))
    found.push(`${at}: array schema missing items`);
  if (typeof node['pattern'] === 'string' && /\(\?<?[=!]/.test(node['pattern']))
    found.push(`${at}: regex lookaround is not supported`);
  if (
    node['type'] === 'string' &&
    Array.isArray(node['enum']) &&
    node['enum'].some((each) => typeof each !== 'string')
  )
    found.push(`${at}: enum value does not validate against type string`);
  if (node['type'] === 'object') {
    const names = Object.keys((node['properties'] as Node | undefined) ?? {});
    if (JSON.stringify(node['required']) !== JSON.stringify(names))
      found.push(`${at}: 'required' must name every key`);
    if (node['additionalProperties'] !== false) found.push(`${at}: 'additionalProperties' must be false`);
  }
  for (const key of ['properties', '$defs'])
    for (const [name, inner] of Object.entries((node[key] as Node | undefined) ?? {})) sub(inner, name);
  for (const [index, inner] of ((node['anyOf'] as Node[] | undefined) ?? []).entries())
    sub(inner, `anyOf${index}`);
  if (node['items'] !== undefined) sub(node['items'], 'items');
  return found;
}

class Tags {
  @IsArray() tags!: string[];
}
class UniqueTags {
  @IsArray() @IsString({ each: true }) @ArrayUnique() tags!: string[];
}
class Code {
  @Matches(/^(?=.*\d)[a-z\d]+$/) code!: string;
}
enum Urgency {
  Low,
  High,
}
class Rated {
  @IsEnum(Urgency) urgency!: Urgency;
}
class Sorted {
  @IsIn(['billing', 'delivery', null]) topic!: string | null;
}
class Noted {
  @IsOptional() @IsString() note?: string | null;
}
const Address = z.object({ street: z.string() }).meta({ id: 'Address' });
const Category = z.object({
  name: z.string(),
  get children() {
    return z.array(Category);
  },
});
const strictOf = (schema: Schema): JsonValue | undefined => strictSchema(objectSchemaOf(schema).json);
const valueOf = (schema: Schema): unknown => {
  const strict = strictOf(schema) as { properties?: { value?: unknown } } | undefined;
  return strict?.properties?.value;
};
const object = (properties: Node): Node => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

describe('strict mode', () => {
  it.each<[string, Schema]>([
    ['an array without rules for its elements', Tags],
    ['an array of unique elements', UniqueTags],
    ['a pattern that looks ahead', Code],
    ['a pattern with a word boundary', z.object({ a: z.string().regex(/\bx/) })],
    ['a pattern with a back reference', z.object({ a: z.string().regex(/^(a|b)\1$/) })],
    ['z.any()', z.object({ meta: z.any() })],
    ['a record', z.object({ scores: z.record(z.string(), z.number()) })],
    ['a record of known keys', z.record(z.enum(['a', 'b']), z.number())],
    ['an open object', z.looseObject({ a: z.string() })],
    ['an object with a rule for other properties', z.object({ a: z.string() }).catchall(z.number())],
    ['a tuple', z.object({ point: z.tuple([z.number(), z.number()]) })],
    ['a format that it does not know', z.object({ home: z.url() })],
    [
      'a union in which two branches may fit',
      z.xor([z.object({ a: z.string() }), z.object({ a: z.string(), b: z.string() })]),
    ],
    ['a property that may be missing and may be null', z.object({ a: z.string().nullish() })],
    ['an optional property of a class, which may be null too', Noted],
  ])('is not claimed for %s', (_what, schema) => {
    expect(strictOf(schema)).toBeUndefined();
  });

  it.each<[string, JsonValue]>([
    ['a keyword that nobody knows', object({ a: { type: 'string', formatMinimum: '2020' } }) as JsonValue],
    ['a reference that leads nowhere', object({ a: { $ref: '#/$defs/x' } }) as JsonValue],
    ['a reference out of the document', object({ a: { $ref: 'https://example.com/a.json' } }) as JsonValue],
    ['definitions that only refer to one another', { ...object({ a: { $ref: '#/$defs/x' } }), $defs: { x: { $ref: '#/$defs/y' }, y: { $ref: '#/$defs/x' } } } as JsonValue], // prettier-ignore
    ['a schema that is put together with itself', { ...object({ a: { $ref: '#/$defs/x' } }), $defs: { x: { allOf: [{ $ref: '#/$defs/x' }, { type: 'string' }] } } } as JsonValue], // prettier-ignore
    ['an enum of objects', object({ a: { enum: [{ b: 1 }] } }) as JsonValue],
    ['an enum whose values its type refuses', object({ a: { type: 'string', enum: [1] } }) as JsonValue],
    ['a required property of which nothing is known', { type: 'object', properties: {}, required: ['a'] }],
    ['a union at the root', { anyOf: [object({}), object({})] } as JsonValue],
    ['false', false],
    ['a list', []],
  ])('is not claimed for %s', (_what, schema) => {
    expect(strictSchema(schema)).toBeUndefined();
  });

  it.each<[string, Schema, unknown]>([
    ['an enum of numbers', Rated, object({ urgency: { type: 'integer', enum: [0, 1] } })],
    [
      'an enum with null in it',
      Sorted,
      object({ topic: { anyOf: [{ type: 'string', enum: ['billing', 'delivery'] }, { type: 'null' }] } }),
    ],
    [
      'properties that may be missing',
      z.object({ a: z.string().optional(), b: z.enum(['x']).optional(), c: z.number().default(3) }),
      object({
        a: { type: ['string', 'null'] },
        b: { anyOf: [{ type: 'string', enum: ['x'] }, { type: 'null' }] },
        c: { type: ['number', 'null'], description: '{default: 3}' },
      }),
    ],
    [
      'a described reference',
      z.object({ home: Address.describe('where they live'), work: Address }),
      {
        ...object({
          home: { anyOf: [{ $ref: '#/$defs/Address' }], description: 'where they live' },
          work: { $ref: '#/$defs/Address' },
        }),
        $defs: { Address: object({ street: { type: 'string' } }) },
      },
    ],
    [
      'a schema that contains itself',
      Category,
      object({ name: { type: 'string' }, children: { type: 'array', items: { $ref: '#' } } }),
    ],
    [
      'schemas that are put together',
      z.object({ a: z.string() }).and(z.object({ b: z.number() })),
      object({ a: { type: 'string' }, b: { type: 'number' } }),
    ],
    [
      'a property that must not be there',
      z.object({ a: z.string(), b: z.never().optional() }),
      object({ a: { type: 'string' } }),
    ],
  ])('says the same for %s', (_what, schema, expected) => {
    const strict = strictOf(schema);
    expect(strict).toEqual(expected);
    expect(refusals(strict as Node)).toEqual([]);
  });

  it('says the same for a union that a property decides', () => {
    const ofKind = (kind: string, rest: Node): Node =>
      object({ kind: { type: 'string', enum: [kind] }, ...rest });
    const union = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('card'), last4: z.string() }),
      z.object({ kind: z.literal('cash'), given: z.number().optional() }),
    ]);
    expect(valueOf(union)).toEqual({
      anyOf: [
        ofKind('card', { last4: { type: 'string' } }),
        ofKind('cash', { given: { type: ['number', 'null'] } }),
      ],
    });
  });

  it('keeps what the references of a wrapped schema mean', () => {
    const wrapped = objectSchemaOf(z.array(Category)).json;
    expect(refusals(strictSchema(wrapped) as Node)).toEqual([]);
    const selfish = { type: 'array', items: { $ref: '#' } };
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'own',
        validate: (value: unknown) => ({ value }),
        jsonSchema: { input: () => selfish },
      },
    } as const;
    expect(objectSchemaOf(schema).json).toEqual({
      ...object({ value: { $ref: '#/$defs/value' } }),
      $defs: { value: { type: 'array', items: { $ref: '#/$defs/value' } } },
    });
  });

  it('keeps dates, lengths, ranges and plain patterns', () => {
    const rules = z.object({
      at: z.iso.datetime(),
      code: z
        .string()
        .min(2)
        .max(4)
        .regex(/^[A-Z]+$/),
      count: z.int().min(1).max(9),
      price: z.number().gt(0).multipleOf(2),
      tags: z.array(z.string()).min(1).max(3),
    });
    expect(strictOf(rules)).toMatchObject({
      properties: {
        at: { type: 'string', format: 'date-time' },
        code: { minLength: 2, maxLength: 4, pattern: '^[A-Z]+$' },
        count: { type: 'integer', minimum: 1, maximum: 9 },
        price: { exclusiveMinimum: 0, multipleOf: 2 },
        tags: { minItems: 1, maxItems: 3 },
      },
    });
  });

  it.each<[string, JsonValue, JsonValue]>([
    ['nullable: true', { type: 'string', nullable: true }, { anyOf: [{ type: 'string' }, { type: 'null' }] }],
    [
      'boolean bounds',
      { type: 'number', minimum: 3, exclusiveMinimum: true },
      { type: 'number', exclusiveMinimum: 3 },
    ],
    ['definitions', { $ref: '#/definitions/x~1y' }, { $ref: '#/$defs/x_1y' }],
    ['rules of other types', { type: 'string', minimum: 3 }, { type: 'string' }],
    [
      'notes of tools',
      { type: 'string', 'x-order': 3, deprecated: true, $comment: 'no' },
      { type: 'string' },
    ],
  ])('reads %s', (_what, schema, expected) => {
    const root = { ...object({ a: schema }), definitions: { 'x/y': { type: 'string' } } } as JsonValue;
    expect(strictSchema(root)).toMatchObject({ properties: { a: expected } });
  });

  describe('is not claimed beyond the limits of OpenAI', () => {
    const names = (count: number, size = 1): string[] =>
      Array.from({ length: count }, (_, index) => String(index).padStart(size, 'x'));
    const nested = (levels: number): Node =>
      levels === 0 ? { type: 'string' } : object({ a: nested(levels - 1) });
    const properties = (count: number): Node =>
      object(Object.fromEntries(names(count).map((name) => [name, { type: 'string' }])));
    const listed = (values: unknown[], more: Node = {}): Node =>
      object({ a: { type: 'string', enum: values }, ...more });
    it.each<[string, Node, Node]>([
      ['10 levels', nested(10), nested(11)],
      ['5000 properties', properties(5000), properties(5001)],
      [
        '1000 values of enums',
        listed(names(999), { b: { const: 'x' } }),
        listed(names(1000), { b: { const: 'x' } }),
      ],
      [
        '15,000 characters in an enum of more than 250 values',
        listed(names(300, 50)),
        listed(names(300, 51)),
      ],
      ['120,000 characters of names and values', listed(names(240, 499)), listed(names(240, 501))],
    ])('%s', (_what, within, beyond) => {
      expect(strictSchema(within as JsonValue)).toBeDefined();
      expect(strictSchema(beyond as JsonValue)).toBeUndefined();
    });
  });
});
