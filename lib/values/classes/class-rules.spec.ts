import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Exclude, Expose, Type } from 'class-transformer';
import * as is from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { jsonSchemaOf } from '../schemas/json-schema.js';
import { validate } from '../schemas/validate.js';

enum Level {
  Low,
  High,
}
enum Mixed {
  A = 'a',
  B = 1,
}
class Line {
  @is.IsString() sku!: string;
}
class OptionalLine {
  @is.IsOptional() @is.IsInt() count?: number;
}
@is.ValidatorConstraint({ name: 'isKind' })
class IsKind implements is.ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' && value !== 'xy';
  }
  defaultMessage(): string {
    return '$property must be kind to $constraint1';
  }
}

/** A class with one property `p`, with these decorators. */
function classOf(type: unknown, ...decorators: PropertyDecorator[]): new () => object {
  class Holder {}
  Reflect.defineMetadata('design:type', type, Holder.prototype, 'p');
  for (const decorate of decorators) decorate(Holder.prototype, 'p');
  return Holder;
}
const schemaOf = (type: unknown, ...decorators: PropertyDecorator[]): unknown =>
  (jsonSchemaOf(classOf(type, ...decorators)) as { properties: { p: unknown } }).properties.p;
const isRequired = (type: unknown, ...decorators: PropertyDecorator[]): boolean =>
  ((jsonSchemaOf(classOf(type, ...decorators)) as { required?: string[] }).required ?? []).includes('p');

const ajv = new Ajv2020({ strict: false, validateFormats: false, logger: false });
/** What a model may write for a property; `absent` for nothing. */
const absent = Symbol('absent');
const samples: readonly unknown[] = [
  absent, null, true, false, 0, 1, 2, 3, 4, 1.5, -1, '', 'a', 'b', 'x', 'y', 'xy', 'XY', 'abc', 'abcd', '12', 'a.b', 'aXb', 'Low', 'High', '1', 'true', 'yes', '12:30', '2024-01-01', '2024-01-01T00:00:00Z',
  [], ['a'], ['a', 'a'], ['a', 'b', 'x'], [1, 2], [1, 'a'], ['High'], [0, 1], [null], {}, { sku: 'a' }, { sku: 1 }, [{ sku: 'a' }], [{ sku: 1 }], { count: null }, { count: 1 }, { count: 'x' },
]; // prettier-ignore

/** What TypeScript says of the property; class-validator may take more: a list for a nested class, one value for a list. */
function isDeclared(type: unknown, sample: unknown): boolean {
  if (sample === absent || sample === null) return true;
  if (type === Array) return Array.isArray(sample);
  return type !== Line || !Array.isArray(sample);
}

async function compare(schema: new () => object, type: unknown) {
  const accepts = ajv.compile(jsonSchemaOf(schema) as object);
  return Promise.all(
    samples.map(async (sample) => {
      const value = sample === absent ? {} : { p: sample };
      const { ok } = await validate(schema, structuredClone(value));
      return { value, class: ok, schema: accepts(value), declared: isDeclared(type, sample) };
    }),
  );
}

describe('a class and its JSON Schema', () => {
  it.each<[string, unknown, PropertyDecorator[]]>([
    ['@IsString', String, [is.IsString()]],
    ['@IsString @IsNotEmpty', String, [is.IsString(), is.IsNotEmpty()]],
    ['@IsNotEmpty', Object, [is.IsNotEmpty()]],
    ['@IsOptional @IsString', String, [is.IsOptional(), is.IsString()]],
    ['@IsOptional @IsDefined @IsString', String, [is.IsOptional(), is.IsDefined(), is.IsString()]],
    ['@IsDefined', Object, [is.IsDefined()]],
    ['@IsDefined @IsIn with null', Object, [is.IsDefined(), is.IsIn(['a', null])]],
    ['@IsEmpty', Object, [is.IsEmpty()]],
    ['@Allow', Object, [is.Allow()]],
    ['@IsEnum of numbers', Number, [is.IsEnum(Level)]],
    ['@IsEnum of both', Object, [is.IsEnum(Mixed)]],
    ['@IsEnum of a list', String, [is.IsEnum(['a', 'x'])]],
    ['@IsEnum of each', Array, [is.IsArray(), is.IsEnum(Level, { each: true })]],
    ['@IsOptional @IsEnum', Number, [is.IsOptional(), is.IsEnum(Level)]],
    ['@IsIn with null', String, [is.IsIn(['a', null])]],
    ['@IsIn of everything', Object, [is.IsIn(['a', 1, true])]],
    ['@IsIn and @IsEnum', String, [is.IsIn(['a', 'b']), is.IsEnum({ A: 'a', X: 'x' })]],
    ['@IsNotIn', Object, [is.IsNotIn(['a', 1])]],
    ['@Equals', String, [is.Equals('a')]],
    ['@Equals null', Object, [is.Equals(null)]],
    ['@NotEquals', Object, [is.NotEquals('a')]],
    ['@IsBoolean', Boolean, [is.IsBoolean()]],
    ['@IsInt', Number, [is.IsInt()]],
    ['@IsNumber', Number, [is.IsNumber()]],
    ['@Min @Max', Number, [is.Min(1), is.Max(3)]],
    ['@IsInt @Min', Number, [is.IsInt(), is.Min(1.5)]],
    ['@IsPositive', Number, [is.IsPositive()]],
    ['@IsNegative', Number, [is.IsNegative()]],
    ['@IsDivisibleBy', Number, [is.IsInt(), is.IsDivisibleBy(2)]],
    ['@Length', String, [is.Length(2, 3)]],
    ['@Length without an end', String, [is.Length(2)]],
    ['@MinLength @MaxLength', String, [is.MinLength(1), is.MaxLength(2)]],
    ['@Matches', String, [is.Matches(/^x/)]],
    ['@Matches that looks ahead', String, [is.Matches(/^(?=x).y$/)]],
    ['@Matches twice', String, [is.Matches(/^x/), is.Matches(/y$/)]],
    ['@Contains', String, [is.Contains('a.b')]],
    ['@NotContains', String, [is.NotContains('a')]],
    ['@IsAlpha', String, [is.IsAlpha()]],
    ['@IsAlphanumeric', String, [is.IsAlphanumeric()]],
    ['@IsBooleanString', String, [is.IsBooleanString()]],
    ['@IsMilitaryTime', String, [is.IsMilitaryTime()]],
    ['@IsObject', Object, [is.IsObject()]],
    ['@IsNotEmptyObject', Object, [is.IsNotEmptyObject()]],
    ['@IsArray', Array, [is.IsArray()]],
    ['@IsArray of strings', Array, [is.IsArray(), is.IsString({ each: true })]],
    ['@ArrayNotEmpty', Array, [is.ArrayNotEmpty()]],
    ['@ArrayMinSize @ArrayMaxSize', Array, [is.ArrayMinSize(1), is.ArrayMaxSize(2)]],
    ['@ArrayUnique of strings', Array, [is.IsString({ each: true }), is.ArrayUnique()]],
    ['@ArrayContains', Array, [is.ArrayContains(['a', 'b'])]],
    ['@ArrayNotContains', Array, [is.ArrayNotContains(['a'])]],
    ['@ArrayContains @ArrayNotContains', Array, [is.ArrayContains(['a']), is.ArrayNotContains(['b'])]],
    ['@ValidateNested @IsDefined', Line, [is.IsDefined(), is.ValidateNested(), Type(() => Line)]],
    ['@ValidateNested of a list', Array, [is.IsArray(), is.ValidateNested({ each: true }), Type(() => Line)]],
    [
      '@ValidateNested of an optional list',
      Array,
      [is.IsOptional(), is.IsArray(), is.ValidateNested({ each: true }), Type(() => Line)],
    ],
    ['contradictions', String, [is.IsString(), is.IsInt()]],
  ])('take the same values: %s', async (_what, type, decorators) => {
    for (const { value, class: ofClass, schema, declared } of await compare(
      classOf(type, ...decorators),
      type,
    )) {
      if (declared) expect({ value, accepted: schema }).toEqual({ value, accepted: ofClass });
    }
  });

  it.each<[string, unknown, PropertyDecorator[], unknown]>([
    [
      '@Matches with flags',
      String,
      [is.Matches(/^x/i)],
      { type: 'string', description: 'p must match /^x/i regular expression' },
    ],
    [
      '@Matches that only JavaScript reads',
      String,
      [is.Matches(/^[\w-x]+$/)],
      { type: 'string', description: String.raw`p must match /^[\w-x]+$/ regular expression` },
    ],
    [
      '@IsNumber with decimals',
      Number,
      [is.IsNumber({ maxDecimalPlaces: 0 })],
      {
        type: 'number',
        description: 'p must be a number conforming to the specified constraints ({"maxDecimalPlaces":0})',
      },
    ],
    [
      '@IsNumberString',
      String,
      [is.IsNumberString()],
      { type: 'string', description: 'p must be a number string' },
    ],
    [
      '@IsDateString',
      String,
      [is.IsDateString()],
      { type: 'string', description: 'p must be a valid ISO 8601 date string' },
    ],
    [
      '@IsUrl and @IsIBAN',
      String,
      [is.IsUrl(), is.IsIBAN()],
      { type: 'string', description: 'p must be a URL address. p must be an IBAN' },
    ],
    [
      'a message of its own',
      String,
      [is.IsUppercase({ message: 'Shout in $property!' })],
      { type: 'string', description: 'Shout in p!' },
    ],
    [
      'a rule of the application',
      String,
      [is.Validate(IsKind, ['all'])],
      { type: 'string', description: 'p must be kind to all' },
    ],
    [
      'each of a list',
      Array,
      [is.IsLowercase({ each: true })],
      { type: 'array', items: { type: 'string', description: 'each value in p must be a lowercase string' } },
    ],
    [
      '@ArrayUnique of objects',
      Array,
      [is.ArrayUnique()],
      { type: 'array', items: {}, description: "All p's elements must be unique" },
    ],
    [
      'a rule with a condition of its own',
      String,
      [is.IsString(), is.IsUppercase({ validateIf: () => false })],
      { type: 'string', description: 'p must be uppercase (under a condition)' },
    ],
    [
      '@ValidateIf',
      Number,
      [is.ValidateIf(() => false), is.IsInt()],
      { description: 'Checked only under a condition of the application, and then: {"type":"integer"}' },
    ],
    [
      '@IsLatitude',
      Number,
      [is.IsLatitude()],
      { type: ['number', 'string'], description: 'p must be a latitude string or number' },
    ],
    [
      '@IsAlpha of a locale',
      String,
      [is.IsAlpha('de-DE')],
      { type: 'string', description: 'p must contain only letters (a-zA-Z) (de-DE)' },
    ],
  ])(
    'what JSON Schema cannot say is told, and nothing is refused that the class takes: %s',
    async (_what, type, decorators, told) => {
      expect(schemaOf(type, ...decorators)).toEqual(told);
      for (const { value, class: ofClass, schema, declared } of await compare(
        classOf(type, ...decorators),
        type,
      )) {
        if (ofClass && declared) expect({ value, accepted: schema }).toEqual({ value, accepted: true });
      }
    },
  );

  it('offers the values of an enum of numbers, and takes no names for them', async () => {
    expect(schemaOf(Number, is.IsEnum(Level))).toEqual({ type: 'number', enum: [0, 1] });
    expect(schemaOf(Object, is.IsEnum(Mixed))).toEqual({ enum: ['a', 1] });
    class Inner {
      @is.IsEnum(Level) level!: Level;
    }
    class Outer {
      @is.ValidateNested({ each: true }) @Type(() => Inner) all!: Inner[];
      @is.IsOptional() @is.IsEnum(Level, { each: true }) levels?: Level[];
      @is.ValidateIf(() => false) @is.IsEnum(Level) unchecked?: unknown;
    }
    await expect(
      validate(Outer, { all: [{ level: 0 }, { level: 'High' }], levels: [1, 'Low'], unchecked: 'Low' }),
    ).resolves.toEqual({
      ok: false,
      issues: [
        { path: '$.all[1].level', message: 'must be one of the following values: 0, 1' },
        { path: '$.levels[1]', message: 'must be one of the following values: 0, 1' },
      ],
    });
    await expect(
      validate(Outer, { all: [{ level: 1 }], levels: [0], unchecked: 'Low' }),
    ).resolves.toMatchObject({ ok: true });
  });

  it('requires a nested class unless it says otherwise, though class-validator does without', () => {
    expect(
      isRequired(
        Line,
        is.ValidateNested(),
        Type(() => Line),
      ),
    ).toBe(true);
    expect(
      isRequired(
        Line,
        is.IsOptional(),
        is.ValidateNested(),
        Type(() => Line),
      ),
    ).toBe(false);
  });

  it('names lists of nested classes as lists also without { each: true }', () => {
    const line = {
      type: 'object',
      properties: { sku: { type: 'string' } },
      required: ['sku'],
      additionalProperties: false,
    };
    expect(
      schemaOf(
        Array,
        is.ValidateNested(),
        Type(() => Line),
      ),
    ).toEqual({ type: 'array', items: line });
    expect(
      schemaOf(
        Map,
        is.ValidateNested({ each: true }),
        Type(() => Line),
      ),
    ).toEqual({ type: 'object', additionalProperties: line });
    expect(
      schemaOf(
        OptionalLine,
        is.ValidateNested(),
        Type(() => OptionalLine),
      ),
    ).toMatchObject({
      properties: { count: { anyOf: [{ type: 'integer' }, { type: 'null' }] } },
    });
  });

  it('describes properties as they are passed in', () => {
    class Given {
      @Expose({ name: 'given_name' }) @is.ValidateNested() @Type(() => Line) given!: Line;
      @Exclude() @is.IsOptional() @is.IsString() secret?: string;
      @Exclude({ toPlainOnly: true }) @is.IsString() password!: string;
    }
    expect(jsonSchemaOf(Given)).toMatchObject({
      properties: { given_name: { properties: { sku: { type: 'string' } } }, password: { type: 'string' } },
      required: ['given_name', 'password'],
    });
    expect(JSON.stringify(jsonSchemaOf(Given))).not.toContain('secret');
  });

  it('describes classes that are chosen by a property', () => {
    class Circle {
      @is.IsNumber() radius!: number;
    }
    class Square {
      @is.IsNumber() side!: number;
    }
    const shapes = {
      property: 'kind',
      subTypes: [
        { name: 'circle', value: Circle },
        { name: 'square', value: Square },
      ],
    };
    expect(
      schemaOf(
        Object,
        is.ValidateNested(),
        Type(() => Circle, { discriminator: shapes }),
      ),
    ).toMatchObject({
      anyOf: [
        {
          properties: { kind: { enum: ['circle'] }, radius: { type: 'number' } },
          required: ['kind', 'radius'],
        },
        { properties: { kind: { enum: ['square'] }, side: { type: 'number' } }, required: ['kind', 'side'] },
      ],
    });
  });

  it('adds what @JSONSchema says', () => {
    expect(
      schemaOf(
        String,
        is.IsString(),
        JSONSchema({ description: 'a name', nullable: true }) as PropertyDecorator,
      ),
    ).toEqual({
      type: ['string', 'null'],
      description: 'a name',
    });
  });

  it('is not changed by a message or a rule that throws', () => {
    const message = (): string => {
      throw new Error('no message');
    };
    expect(schemaOf(String, is.IsUppercase({ message }))).toEqual({
      type: 'string',
      description: 'isUppercase',
    });
  });
});
