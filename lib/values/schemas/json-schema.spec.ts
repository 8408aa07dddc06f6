import { describe, expect, it } from '@jest/globals';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { z } from 'zod';
import { InvalidWorkflowDefinitionError } from '../../errors/index.js';
import { describeSchema } from '../classes/class-schema.js';
import { instanceOf } from './instance-of.js';
import { jsonSchemaOf } from './json-schema.js';
import { Category, Line, Note, Order, Rated } from '../schemas.fixture.js';

const line = {
  type: 'object',
  properties: { sku: { type: 'string', maxLength: 40 }, quantity: { type: 'integer', minimum: 1 } },
  required: ['sku', 'quantity'],
  additionalProperties: false,
};

describe('jsonSchemaOf', () => {
  it('describes a class with nested classes inlined, closed to unknown properties', () => {
    expect(jsonSchemaOf(Order)).toMatchObject({
      type: 'object',
      properties: {
        email: { type: 'string', format: 'email' },
        lines: { type: 'array', items: line },
        gift: { anyOf: [line, { type: 'null' }] },
        urgency: { anyOf: [{ type: 'string', enum: ['low', 'high'] }, { type: 'null' }] },
      },
      required: ['email', 'lines'],
      additionalProperties: false,
    });
    expect(JSON.stringify(jsonSchemaOf(Order))).not.toContain('$ref');
  });

  it('includes what a class inherits', () => {
    const schema = jsonSchemaOf(Rated) as { properties: object; required: string[] };
    expect(Object.keys(schema.properties).toSorted()).toEqual([
      'confidence',
      'email',
      'gift',
      'lines',
      'urgency',
    ]);
    expect(schema.required).toContain('confidence');
  });

  it('puts a class that contains itself under $defs', () => {
    expect(jsonSchemaOf(Category)).toMatchObject({
      $ref: '#/$defs/Category',
      $defs: {
        Category: {
          properties: {
            name: { type: 'string' },
            children: { type: 'array', items: { $ref: '#/$defs/Category' } },
          },
          additionalProperties: false,
        },
      },
    });
  });

  it('says little where little is known', () => {
    expect(jsonSchemaOf(Note)).toEqual({ type: 'object' });
    expect(jsonSchemaOf(String)).toEqual({ type: 'string' });
    expect(jsonSchemaOf(Object)).toEqual({});
  });

  it('asks a Standard Schema for its own', () => {
    expect(jsonSchemaOf(z.object({ a: z.string(), b: z.number().default(1) }))).toMatchObject({
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
    });
  });

  it('says what to do about a Standard Schema without JSON Schema', () => {
    const bare: StandardSchemaV1<unknown, string> = {
      '~standard': { version: 1, vendor: 'homemade', validate: (value) => ({ value: String(value) }) },
    };
    expect(() => jsonSchemaOf(bare)).toThrow(InvalidWorkflowDefinitionError);
    expect(() => jsonSchemaOf(bare)).toThrow(/homemade schema gives no JSON Schema/);
    expect(() => jsonSchemaOf(z.object({ at: z.date() }))).toThrow(/Date cannot be represented/);
  });
});

describe('instanceOf', () => {
  it('makes instances of user classes, nested and in lists, without checking them', () => {
    const order = instanceOf(Order, { email: 'nobody', lines: [{ sku: 'A', quantity: -1 }] }) as Order;
    expect(order).toBeInstanceOf(Order);
    expect(order.lines[0]).toBeInstanceOf(Line);
    expect(instanceOf(Note, [{ text: 'a' }])).toEqual([expect.any(Note)]);
  });

  it('leaves the value as it is for built-in classes, Standard Schemas and no schema', () => {
    const value = Object.freeze({ a: 1 });
    for (const schema of [undefined, Object, Array, String, z.object({})]) {
      expect(instanceOf(schema, value)).toBe(value);
    }
    expect(instanceOf(Note, 'text')).toBe('text');
    expect(instanceOf(Note, undefined)).toBeUndefined();
  });

  it('makes dates of ISO strings', () => {
    expect(instanceOf(Date, '2026-01-01T00:00:00.000Z')).toEqual(new Date('2026-01-01'));
    expect(instanceOf(Date, 'soon')).toBe('soon');
  });
});

describe('describeSchema', () => {
  it('names classes and vendors', () => {
    expect([describeSchema(Order), describeSchema(z.string())]).toEqual(['Order', 'zod schema']);
  });
});
