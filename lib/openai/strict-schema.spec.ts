import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { objectSchemaOf } from '../tools/index.js';
import { strictSchema } from './strict-schema.js';
const show = (s: never) => JSON.stringify(strictSchema(objectSchemaOf(s).json));
it('x', () => {
  const A = z.object({ s: z.string() }).meta({ id: 'Address' });
  const Cat = z.object({
    name: z.string(),
    get kids() {
      return z.array(Cat);
    },
  });
  const all = {
    opt: z.object({
      a: z.string().optional(),
      b: z.enum(['x']).optional(),
      c: A.describe('w').optional(),
      d: z.number().default(3),
    }),
    rec: Cat,
    recarr: z.array(Cat),
    du: z.discriminatedUnion('k', [
      z.object({ k: z.literal('a'), x: z.number() }),
      z.object({ k: z.literal('b'), y: z.number().optional() }),
    ]),
    lits: z.literal([1, 'a', null]),
    record: z.record(z.string(), z.number()),
    tuple: z.tuple([z.string()]),
    email: z.email(),
    loose: z.looseObject({}),
    never: z.object({ a: z.never().optional(), b: z.string() }),
    nullish: z.object({ a: z.string().nullish() }),
  };
  for (const [k, s] of Object.entries(all)) console.log(k, show(s as never));
});
