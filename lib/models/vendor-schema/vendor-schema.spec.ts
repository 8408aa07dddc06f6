import { describe, expect, it } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { outputFormat } from '../../anthropic/output-format.js';
import { strictSchema } from '../../openai/strict-schema.js';
import {
  isList,
  isNode,
  type JsonValue,
  modernSchema,
  NullRemoval,
  resolveReference,
  type SchemaNode,
  wrapSchema,
} from '../../values/index.js';
import { diceOf, randomSchema, valueNear } from './random-schema.fixture.js';

/** The judge: a validator that shares nothing with the code. */
const ajv = new Ajv2020({ strict: false, validateFormats: false, logger: false, addUsedSchema: false });

function judgeOf(schema: JsonValue): ValidateFunction | undefined {
  try {
    return ajv.compile(schema as object);
  } catch {
    // A reference that leads nowhere.
    return undefined;
  }
}

/** Undefined where the judge does not come to an end: schemas that are only references to one another. */
function fits(judge: ValidateFunction, value: unknown): boolean | undefined {
  try {
    return judge(value);
  } catch {
    return undefined;
  }
}

/** The value as a model in strict mode has to write it: null for each property that is missing. */
function filled(
  root: JsonValue,
  schema: JsonValue,
  value: JsonValue,
  judge: (s: JsonValue, v: JsonValue) => boolean,
): JsonValue {
  if (!isNode(schema)) return value;
  const { $ref: reference, anyOf, properties, items } = schema;
  if (typeof reference === 'string')
    return filled(root, resolveReference(root, reference) ?? true, value, judge);
  if (isList(anyOf)) {
    const written = anyOf.map((branch) => filled(root, branch, value, judge));
    return written.find((each, index) => judge(anyOf[index] ?? false, each)) ?? value;
  }
  if (isList(value)) return value.map((each) => filled(root, items ?? true, each, judge));
  if (!isNode(value) || !isNode(properties)) return value;
  const missing = Object.keys(properties).filter((name) => !Object.hasOwn(value, name));
  return Object.fromEntries([
    ...Object.entries(value).map(([name, each]) => [
      name,
      Object.hasOwn(properties, name) ? filled(root, properties[name] ?? true, each, judge) : each,
    ]),
    ...missing.map((name) => [name, null]),
  ]);
}

function isSaidInWords(schema: JsonValue): boolean {
  return /"description":"[^"]*\{/.test(JSON.stringify(schema));
}

const seeds = fc.array(fc.nat(2 ** 31), { minLength: 12, maxLength: 12 });
const many = { numRuns: 300 };

/** Runs over random schemas that the judge can read, and values near each; counts what was looked at. */
function overSchemas(
  body: (
    schema: SchemaNode,
    judge: ValidateFunction,
    values: readonly JsonValue[],
  ) => { looked: boolean; fitting: number },
): { schemas: number; fitting: number } {
  const seen = { schemas: 0, fitting: 0 };
  fc.assert(
    fc.property(randomSchema, seeds, (raw, dice) => {
      const schema = modernSchema(raw) as SchemaNode;
      const judge = judgeOf(schema);
      if (judge === undefined) return;
      const values = dice.map((seed) => valueNear(schema, schema, diceOf(seed)));
      if (values.some((value) => fits(judge, value) === undefined)) return;
      const { looked, fitting } = body(schema, judge, values);
      seen.schemas += looked ? 1 : 0;
      seen.fitting += fitting;
    }),
    many,
  );
  return seen;
}

describe('random schemas', () => {
  it('OpenAI: what strict mode lets through fits the original, and what fits the original can be written in strict mode', () => {
    const seen = overSchemas((schema, judge, values) => {
      const strict = strictSchema(wrapSchema(schema));
      if (strict === undefined) return { looked: false, fitting: 0 };
      const strictly = ajv.compile(strict as object);
      const parts = (part: JsonValue, value: JsonValue): boolean =>
        ajv.validate(
          {
            ...(part as object),
            ...('$defs' in (strict as object) ? { $defs: (strict as SchemaNode)['$defs'] } : {}),
          },
          value,
        );
      const removal = new NullRemoval(schema);
      let fitting = 0;
      for (const value of values) {
        const { value: written } = filled(strict, strict, { value }, parts) as { value: JsonValue };
        if (judge(value)) {
          fitting += 1;
          expect({ value, written, strictly: strictly({ value: written }) }).toEqual({
            value,
            written,
            strictly: true,
          });
          // Where one branch of a union lets a property be missing and another lets it be null, null may mean either.
          if (!/"(?:any|one)Of"/.test(JSON.stringify(schema))) expect(removal.from(written)).toEqual(value);
        }
        for (const each of [value, written]) {
          if (strictly({ value: each }))
            expect({ each, fits: judge(removal.from(each)) }).toEqual({ each, fits: true });
        }
      }
      return { looked: true, fitting };
    });
    expect(seen.schemas).toBeGreaterThan(50);
    expect(seen.fitting).toBeGreaterThan(100);
  });

  it('Anthropic: what fits the original fits what is sent, and the other way round where nothing is left to words', () => {
    const seen = overSchemas((schema, judge, values) => {
      const sent = outputFormat(wrapSchema(schema)).config?.format?.schema as SchemaNode | undefined;
      if (sent === undefined) return { looked: false, fitting: 0 };
      const accepts = ajv.compile(sent);
      let fitting = 0;
      for (const value of values) {
        if (judge(value)) {
          fitting += 1;
          expect({ value, accepted: accepts({ value }) }).toEqual({ value, accepted: true });
        } else if (!isSaidInWords(sent)) {
          expect({ value, accepted: accepts({ value }) }).toEqual({ value, accepted: false });
        }
      }
      return { looked: true, fitting };
    });
    expect(seen.schemas).toBeGreaterThan(50);
    expect(seen.fitting).toBeGreaterThan(100);
  });

  it('a value fits a schema exactly if it fits the wrapped schema wrapped', () => {
    const seen = overSchemas((schema, judge, values) => {
      const wrapped = ajv.compile(wrapSchema(schema));
      for (const value of values) {
        expect({ value, fits: wrapped({ value }) }).toEqual({ value, fits: judge(value) });
      }
      return { looked: true, fitting: values.filter((value) => judge(value)).length };
    });
    expect(seen.fitting).toBeGreaterThan(300);
  });

  it('nothing is taken from a value that fits', () => {
    overSchemas((schema, judge, values) => {
      const removal = new NullRemoval(schema);
      const fitting = values.filter((value) => judge(value));
      for (const value of fitting) expect(removal.from(value)).toEqual(value);
      return { looked: true, fitting: fitting.length };
    });
  });

  it('our check says of a value what the judge says', () => {
    const seen = overSchemas((schema, judge, values) => {
      const removal = new NullRemoval(schema);
      for (const value of values) {
        expect({ value, fits: removal.fits(value) }).toEqual({ value, fits: judge(value) });
      }
      return { looked: true, fitting: values.filter((value) => judge(value)).length };
    });
    expect(seen.fitting).toBeGreaterThan(300);
  });
});
