import * as fc from 'fast-check';

/** Makes a value: each use gets one of its own. */
export type Maker = () => unknown;

function nested(levels: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { value };
  return value;
}

function thrower(name: string): () => never {
  return () => {
    throw new Error(`the ${name} throws`);
  };
}

/** What no careful host would hand in, and some do. */
export const hostile: Readonly<Record<string, Maker>> = {
  'a function': () => () => 1,
  'a class': () => class {},
  'a symbol': () => Symbol('s'),
  'a BigInt': () => 5n,
  NaN: () => Number.NaN,
  'minus zero': () => -0,
  'a cycle': () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = [cycle];
    return cycle;
  },
  '100,000 levels': () => nested(100_000),
  'a sparse array': () => Object.assign([1], { 2: 3 }),
  'an array of four billion holes': () => Object.assign([], { length: 2 ** 32 - 1 }),
  'a lone surrogate': () => '😀'.slice(0, 1),
  NUL: () => 'a\0b',
  'a key with NUL and half an emoji': () => ({ 'a\0\ud83d': 1 }),
  '__proto__ keys': () =>
    JSON.parse('{"__proto__":{"admin":true},"constructor":{"a":1},"toJSON":"no"}') as unknown,
  'three million characters': () => 'x'.repeat(3_000_000),
  'three million quotes and surrogates': () => '"\ud83d'.repeat(1_500_000),
  'a getter that throws': () =>
    Object.defineProperty({}, 'value', { get: thrower('getter'), enumerable: true }),
  'a toJSON that throws': () => ({ toJSON: thrower('toJSON') }),
  'a toJSON that gives itself': () => {
    const self = { toJSON: () => ({ again: self }) };
    return self;
  },
  'a toString that throws': () => ({
    toString: thrower('toString'),
    [Symbol.toPrimitive]: thrower('toPrimitive'),
  }),
  // oxlint-disable-next-line unicorn/no-thenable -- what a careless host hands in
  'a then that throws when it is read': () => Object.defineProperty({}, 'then', { get: thrower('then') }),
  // oxlint-disable-next-line unicorn/no-thenable -- what a careless host hands in
  'a then that throws when it is called': () => ({ then: thrower('then') }),
  'a proxy that throws': () =>
    new Proxy(
      {},
      {
        get: thrower('get trap'),
        ownKeys: thrower('ownKeys trap'),
        getPrototypeOf: thrower('getPrototypeOf trap'),
        has: thrower('has trap'),
      },
    ),
  'a revoked proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  'an object without a prototype': () => Object.create(null) as unknown,
  'a map of maps': () => new Map([[new Map(), new Set([1])]]),
  'a buffer': () => Buffer.from('bytes'),
  'an invalid date': () => new Date(Number.NaN),
  'an error whose message throws': () =>
    Object.defineProperty(new Error('x'), 'message', { get: thrower('message getter') }),
  'an error whose stack and name are not texts': () =>
    Object.assign(new Error('x'), { name: Symbol('name'), stack: { trace: 5n } }),
  'an error that is its own cause': () => {
    const error = new Error('self');
    error.cause = error;
    return error;
  },
  'an error of three megabytes': () => new Error('m'.repeat(3_000_000)),
  'an error with a status that throws': () =>
    Object.defineProperty(new Error('x'), 'status', { get: thrower('status getter') }),
  'an error that asks to wait NaN': () => Object.assign(new Error('x'), { retryAfter: Number.NaN }),
  'an error that asks to wait beyond the calendar': () => Object.assign(new Error('x'), { retryAfter: 1e17 }),
  'an aggregate': () => new AggregateError([new Error('one'), Symbol('two')], 'all of them'),
};

/** Hostile values as they are and inside others, and whatever else JavaScript has. */
export const makers: fc.Arbitrary<{ readonly name: string; readonly make: Maker }> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(...Object.entries(hostile)).map(([name, make]) => ({ name, make })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...Object.entries(hostile)).map(([name, make]) => ({
      name: `${name}, inside an object`,
      make: () => ({ a: [make()], b: 'fine' }),
    })),
  },
  {
    weight: 1,
    arbitrary: fc
      .anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withSparseArray: true,
        withNullPrototype: true,
        withTypedArray: true,
        stringUnit: 'binary',
      })
      .map((value) => ({ name: fc.stringify(value), make: () => value })),
  },
);
