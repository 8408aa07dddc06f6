import fc from 'fast-check';
import {
  isList,
  isNode,
  type JsonValue,
  namesOf,
  resolveReference,
  type SchemaNode,
} from '../../values/index.js';

const names = fc.constantFrom('a', 'b', 'c', 'kind');
const literal: fc.Arbitrary<JsonValue> = fc.constantFrom<JsonValue>(
  'x',
  'y',
  '',
  0,
  1,
  2.5,
  true,
  false,
  null,
);

/** Rules over values that are neither objects nor lists. */
const scalar: fc.Arbitrary<SchemaNode> = fc.oneof(
  fc.constant<SchemaNode>({ type: 'string' }),
  fc.record({ type: fc.constant('string'), minLength: fc.nat(2) }),
  fc.record({ type: fc.constant('string'), maxLength: fc.nat(2) }),
  fc.record({ type: fc.constant('string'), pattern: fc.constantFrom('^x', 'y$', '^(?=x)', '^[xy]{1,2}$') }),
  fc.record({ type: fc.constantFrom('number', 'integer'), minimum: fc.integer({ min: -1, max: 1 }) }),
  fc.record({ type: fc.constantFrom('number', 'integer'), exclusiveMaximum: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ type: fc.constant('number'), multipleOf: fc.constantFrom(1, 2) }),
  fc.record({ type: fc.constantFrom('boolean', 'null') }),
  fc.record({ enum: fc.uniqueArray(literal, { minLength: 1, maxLength: 4 }) }),
  fc.record({
    type: fc.constantFrom('string', 'number'),
    enum: fc.uniqueArray(literal, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ const: literal }),
  fc.record({ type: fc.uniqueArray(fc.constantFrom('string', 'integer', 'null', 'boolean'), { minLength: 1, maxLength: 3 }), minimum: fc.nat(1), minLength: fc.nat(1) }), // prettier-ignore
  fc.record({ type: fc.constant('string'), nullable: fc.boolean() }),
);

/** Also what no strict mode can say: it must be refused, not bent. */
const anything: fc.Arbitrary<SchemaNode | boolean> = fc.constantFrom<SchemaNode | boolean>(
  true,
  false,
  {},
  { not: {} },
  { not: { type: 'string' } },
  { minLength: 1 },
  { type: 'array' },
  { type: 'object' },
  { format: 'uri', type: 'string' }, // prettier-ignore
);

const { schema: anySchema } = fc.letrec<{ schema: SchemaNode | boolean }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 6, arbitrary: scalar },
    { weight: 1, arbitrary: anything },
    { weight: 1, arbitrary: fc.constantFrom<SchemaNode>({ $ref: '#' }, { $ref: '#/$defs/one' }, { $ref: '#/$defs/two' }, { $ref: '#/$defs/one', description: 'with words' }, { $ref: '#/properties/a' }) }, // prettier-ignore
    { weight: 5, arbitrary: objects(tie('schema')) },
    { weight: 2, arbitrary: lists(tie('schema')) },
    { weight: 3, arbitrary: unions(tie('schema')) },
  ),
}));

function objects(below: fc.Arbitrary<SchemaNode | boolean>): fc.Arbitrary<SchemaNode> {
  const closed = fc.dictionary(names, below, { maxKeys: 3 }).chain((properties) =>
    fc.record(
      {
        type: fc.constant('object'),
        properties: fc.constant(properties),
        required: fc.subarray(Object.keys(properties)),
        additionalProperties: fc.constantFrom<JsonValue>(false, false, false, false, false, true, {
          type: 'string',
        }),
        description: fc.constant('an object'),
      },
      { requiredKeys: ['type', 'properties', 'additionalProperties'] },
    ),
  );
  return fc.oneof(
    { weight: 5, arbitrary: closed },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('object'), additionalProperties: below }) },
  );
}

function lists(below: fc.Arbitrary<SchemaNode | boolean>): fc.Arbitrary<SchemaNode> {
  return fc.oneof(
    fc.record(
      {
        type: fc.constant('array'),
        items: below,
        minItems: fc.nat(2),
        maxItems: fc.nat(3),
        uniqueItems: fc.boolean(),
      },
      { requiredKeys: ['type', 'items'] },
    ),
    fc.record({
      type: fc.constant('array'),
      prefixItems: fc.array(below, { minLength: 1, maxLength: 2 }),
      items: below,
    }),
    fc.record({ type: fc.constant('array'), items: fc.array(below, { minLength: 1, maxLength: 2 }) }),
  );
}

function unions(below: fc.Arbitrary<SchemaNode | boolean>): fc.Arbitrary<SchemaNode> {
  const several = fc.array(below, { minLength: 1, maxLength: 3 });
  const kinds = fc.array(below, { minLength: 2, maxLength: 3 }).map((all) => ({
    oneOf: all.map((a, index) => ({
      type: 'object',
      properties: { kind: { const: `k${index}` }, a },
      required: ['kind'],
      additionalProperties: false,
    })),
  }));
  const orRequired = fc.record({ a: below, b: below }).map((properties) => ({
    type: 'object',
    properties,
    additionalProperties: false,
    anyOf: [{ required: ['a'] }, { required: ['b'] }],
  }));
  return fc.oneof(
    fc.record({ anyOf: several }),
    fc.record({ oneOf: several }),
    fc.record({ allOf: several }),
    fc.record({ type: fc.constantFrom('string', 'object'), anyOf: several }),
    kinds,
    orRequired,
  );
}

/** A schema of any of these kinds, with definitions that it may refer to. */
export const randomSchema: fc.Arbitrary<SchemaNode> = fc
  .record({ root: anySchema, one: anySchema, two: anySchema })
  .map(({ root, one, two }) => ({
    ...(typeof root === 'boolean' ? { anyOf: [root] } : root),
    $defs: { one, two },
  }));

/** Numbers from 0 to `below`, the same for the same seed: a linear congruential generator with the constants of Numerical Recipes. */
export type Dice = (below: number) => number;

export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const noise: readonly JsonValue[] = [
  null,
  'x',
  'y',
  'xy',
  'yx',
  '',
  0,
  1,
  2,
  2.5,
  -1,
  true,
  {},
  [],
  { a: 'x' },
  ['x'],
];

/** A value that often fits the schema, and often nearly does. */
export function valueNear(root: SchemaNode, schema: JsonValue, dice: Dice, depth = 0): JsonValue {
  if (!isNode(schema) || depth > 6 || dice(12) === 0) return oneOf(noise, dice);
  const near = (below: JsonValue): JsonValue => valueNear(root, below, dice, depth + 1);
  const { $ref: reference, enum: listed, properties } = schema;
  if (typeof reference === 'string') return near(resolveReference(root, reference) ?? true);
  if (isList(listed)) return oneOf(listed, dice);
  if (schema['const'] !== undefined) return schema['const'];
  for (const keyword of ['anyOf', 'oneOf', 'allOf'] as const) {
    const branches = schema[keyword];
    if (!isList(branches) || branches.length === 0) continue;
    const branch = oneOf(branches, dice);
    return near(
      isNode(properties) && isNode(branch) ? { ...schema, [keyword]: undefined as never, ...branch } : branch,
    );
  }
  const type = oneOf(namesOf(schema['type']), dice);
  if (type === 'array') {
    const first = isList(schema['prefixItems']) ? schema['prefixItems'] : [];
    return Array.from({ length: dice(4) }, (_, index) => near(first[index] ?? schema['items'] ?? true));
  }
  if (type === 'object') {
    const known = isNode(properties) ? properties : {};
    const required = namesOf(schema['required']);
    const own = Object.entries(known).flatMap(([name, below]): [string, JsonValue][] => {
      if (dice(20) === 0 || (!required.includes(name) && dice(3) === 0)) return [];
      return [[name, dice(8) === 0 ? null : near(below)]];
    });
    return Object.fromEntries(
      dice(8) === 0 ? [...own, ['c', near(schema['additionalProperties'] ?? true)]] : own,
    );
  }
  const samples = noise.filter(
    (each) => each !== null && typeof each === (type === 'integer' ? 'number' : type),
  );
  return type === 'null' || samples.length === 0 ? null : oneOf(samples, dice);
}

function oneOf<T>(list: readonly T[], dice: Dice): T {
  return list[dice(list.length)] as T;
}
