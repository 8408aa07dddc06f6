import { describe, expect, it } from '@jest/globals';
import type { JsonValue } from '../json/json.js';
import { intersection } from './intersection.js';
import { modernSchema } from './modern-schema.js';
import { resolveReference, wrapSchema } from './references.js';
import { fittingValues, SchemaCheck } from './schema-check.js';
import type { SchemaNode } from './subschemas.js';

describe('a schema in the words of draft 2020-12', () => {
  it.each<[string, JsonValue, JsonValue]>([
    ['names the elements of every array', { type: 'array' }, { type: 'array', items: {} }],
    [
      'names the elements of an array that may be null',
      { type: ['array', 'null'] },
      { type: ['array', 'null'], items: {} },
    ],
    ['writes a list of items as a tuple', { type: 'array', items: [{ type: 'string' }], additionalItems: false }, { type: 'array', prefixItems: [{ type: 'string' }], items: { not: {} } }], // prettier-ignore
    ['writes nullable as a type', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
    ['knows that nullable says nothing without a type', { nullable: true, minLength: 1 }, { minLength: 1 }],
    ['knows nullable: false', { type: 'string', nullable: false }, { type: 'string' }],
    ['writes boolean bounds as numbers', { exclusiveMinimum: true, minimum: 1, exclusiveMaximum: false, maximum: 2 }, { exclusiveMinimum: 1, maximum: 2 }], // prettier-ignore
    [
      'writes boolean schemas as objects',
      { properties: { a: true, b: false } },
      { properties: { a: {}, b: { not: {} } } },
    ],
    ['leaves closed objects closed', { additionalProperties: false }, { additionalProperties: false }],
    ['leaves values alone', { const: { items: [true], nullable: true }, default: false, enum: [[true]] }, { const: { items: [true], nullable: true }, default: false, enum: [[true]] }], // prettier-ignore
    ['takes a property named items for a property', { properties: { items: { type: 'string' }, enum: { type: 'array' } } }, { properties: { items: { type: 'string' }, enum: { type: 'array', items: {} } } }], // prettier-ignore
    [
      'does not claim another dialect',
      { $schema: 'http://json-schema.org/draft-07/schema#', type: 'string' },
      { type: 'string' },
    ],
    ['reads true', true, {}],
  ])('%s', (_what, schema, expected) => {
    expect(modernSchema(schema)).toEqual(expected);
  });
});

describe('a wrapped schema', () => {
  it('moves definitions, and references to anything else', () => {
    const tree = {
      type: 'array',
      items: {
        anyOf: [{ $ref: '#' }, { $ref: '#/$defs/leaf' }, { $ref: '#/items' }, { $ref: 'https://x.y/#/a' }],
      },
      $defs: { leaf: { properties: { up: { $ref: '#' } } }, value: { const: { $ref: '#' } } },
    };
    expect(wrapSchema(tree)).toMatchObject({
      properties: { value: { $ref: '#/$defs/value2' } },
      $defs: {
        leaf: { properties: { up: { $ref: '#/$defs/value2' } } },
        value: { const: { $ref: '#' } },
        value2: {
          type: 'array',
          items: {
            anyOf: [
              { $ref: '#/$defs/value2' },
              { $ref: '#/$defs/leaf' },
              { $ref: '#/$defs/value2/items' },
              { $ref: 'https://x.y/#/a' },
            ],
          },
        },
      },
    });
  });

  it('leaves a schema with an id of its own as it is', () => {
    const own = { $id: 'https://x.y/tree', type: 'array', items: { $ref: '#' } };
    expect(wrapSchema(own)).toMatchObject({ properties: { value: own } });
  });
});

describe('references', () => {
  it('are JSON pointers in fragments', () => {
    const root = { $defs: { 'a/b': { 'c~d': [1, { e: 2 }] }, 'f g': 3 } };
    expect(resolveReference(root, '#')).toBe(root);
    expect(resolveReference(root, '#/$defs/a~1b/c~0d/1/e')).toBe(2);
    expect(resolveReference(root, '#/$defs/f%20g')).toBe(3);
    for (const nowhere of ['#/$defs/x', '#/constructor', '#/%', 'other', '#anchor'])
      expect(resolveReference(root, nowhere)).toBeUndefined();
  });
});

describe('the intersection of two schemas', () => {
  it.each<[string, SchemaNode, SchemaNode, SchemaNode | undefined]>([
    ['bounds', { type: 'number', minimum: 1, maximum: 9 }, { type: 'integer', minimum: 2, maximum: 10 }, { type: 'integer', minimum: 2, maximum: 9 }],
    ['enums', { enum: [1, 2] }, { enum: [2, 3] }, { enum: [2] }],
    ['open objects', { properties: { a: { type: 'string' } }, required: ['a'] }, { properties: { b: {} }, required: ['b'] }, { properties: { a: { type: 'string' }, b: {} }, required: ['a', 'b'] }],
    ['properties that both have', { properties: { a: { minLength: 1 } } }, { properties: { a: { type: 'string' } } }, { properties: { a: { minLength: 1, type: 'string' } } }],
    ['a closed object and another', { properties: { a: {} }, additionalProperties: false }, { properties: { b: {} } }, undefined],
    ['two patterns', { pattern: 'a' }, { pattern: 'b' }, undefined],
    ['no type in common', { type: 'string' }, { type: 'number' }, undefined],
    ['a tuple and elements', { prefixItems: [{ type: 'string' }] }, { items: { type: 'string' } }, undefined],
    ['a reference and a rule', { $ref: '#' }, { minLength: 1 }, undefined],
    ['a reference and nothing', { $ref: '#' }, {}, { $ref: '#' }],
  ])('of %s', (_what, a, b, expected) => {
    expect(intersection(a, b)).toEqual(expected);
    if (expected === undefined) expect(intersection(b, a)).toBeUndefined();
  });
}); // prettier-ignore

describe('a check against a part of a schema', () => {
  it('reads references from the root, and refuses nothing that it cannot read', () => {
    const check = new SchemaCheck({
      $defs: { a: { type: 'string' } },
      properties: { b: { $ref: '#/$defs/a' } },
    });
    const { properties } = check.root as { properties: { b: JsonValue } };
    expect([check.fits(properties.b, 'x'), check.fits(properties.b, 1)]).toEqual([true, false]);
    expect(fittingValues({ $ref: '#/nowhere' }, [1])).toEqual([1]);
    expect(fittingValues({ pattern: '(' }, ['x'])).toEqual(['x']);
    expect(fittingValues({ $id: ':::', type: 'string' }, ['x'])).toEqual(['x']);
  });
});

describe('each keyword', () => {
  const cases: readonly [SchemaNode, readonly unknown[], readonly unknown[]][] = [
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    [{ if: { type: 'string' }, then: { minLength: 2 }, else: { minimum: 2 } }, ['ab', 2, true], ['a', 1]],
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    [{ if: { type: 'string' }, then: { minLength: 2 } }, ['ab', 1], ['a']],
    [{ minLength: 2 }, ['😀😀'], ['😀']],
    [{ maxLength: 1 }, ['😀', ''], ['ab']],
    [{ multipleOf: 0.1 }, [0.3, 1], [0.35]],
    [{ const: { a: [1, 2], b: 1 } }, [{ b: 1, a: [1, 2] }], [{ a: [2, 1], b: 1 }, 'x']],
    [{ enum: [[1], 'x', null] }, [[1], 'x', null], [[2], 'y', 0]],
    [{ contains: { const: 1 } }, [[2, 1], {}], [[], [2]]],
    [{ contains: { const: 1 }, minContains: 2, maxContains: 3 }, [[1, 1], [1, 1, 1]], [[1], [1, 1, 1, 1]]],
    [{ contains: { const: 1 }, minContains: 0 }, [[]], []],
    [{ uniqueItems: true }, [[1, 2], [{ a: 1 }, { a: 2 }]], [[1, 1], [{ a: 1, b: 2 }, { b: 2, a: 1 }]]],
    [{ uniqueItems: false }, [[1, 1]], []],
    [{ minItems: 1, maxItems: 2 }, [[1], [1, 2], 'x'], [[], [1, 2, 3]]],
    [{ prefixItems: [{ type: 'string' }], items: { type: 'number' } }, [[], ['a'], ['a', 1]], [[1], ['a', 'b']]],
    [{ patternProperties: { '^a': { type: 'string' } }, additionalProperties: { type: 'number' } }, [{ ab: 'x', b: 1 }], [{ ab: 1 }, { b: 'x' }]],
    [{ properties: { a: true }, additionalProperties: false }, [{}, { a: 1 }, []], [{ b: 1 }]],
    [{ propertyNames: { maxLength: 1 } }, [{ a: 1 }], [{ ab: 1 }]],
    [{ minProperties: 1, maxProperties: 1 }, [{ a: 1 }, []], [{}, { a: 1, b: 2 }]],
    [{ required: ['constructor'] }, [{ constructor: 1 }, []], [{}]],
    [{ dependentRequired: { a: ['b'] } }, [{}, { a: 1, b: 1 }], [{ a: 1 }]],
    [{ dependentSchemas: { a: { required: ['b'] } } }, [{}, { a: 1, b: 1 }], [{ a: 1 }]],
    [{ oneOf: [{ type: 'number' }, { minimum: 2 }] }, [1, 'x'], [2]],
    [{ not: {} }, [], [1, null, {}]],
    [{ exclusiveMinimum: 1, exclusiveMaximum: 3, minimum: 0, maximum: 9 }, [2], [1, 3]],
    [{ type: ['integer', 'null'] }, [1, null, 2.0], [1.5, 'x', [], {}]],
    [{ type: 'array' }, [[]], [{}, null]],
    [{ type: 'object' }, [{}], [[], null]],
    [{ format: 'email' }, ['no'], []],
  ]; // prettier-ignore
  it.each(cases)('%j', (schema, fitting, others) => {
    expect(fittingValues(schema, [...fitting, ...others] as JsonValue[])).toEqual(fitting);
  });
});
