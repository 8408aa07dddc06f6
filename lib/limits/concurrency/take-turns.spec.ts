import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { takeTurns } from './take-turns.js';

const runs = (...tenants: (string | undefined)[]) => tenants.map((tenant, id) => ({ tenant, id }));

describe('turns of runs that wait', () => {
  it('go from tenant to tenant, with the oldest of each first', () => {
    const order = takeTurns(runs('a', 'a', 'a', 'b', undefined), undefined).map(({ id }) => id);
    expect(order).toEqual([0, 3, 4, 1, 2]);
  });

  it('begin behind the tenant that had the last one', () => {
    const first = (last: string | undefined) => takeTurns(runs('a', 'b', 'c'), last)[0]?.tenant;
    expect([first('a'), first('b'), first('c'), first('bb')]).toEqual(['b', 'c', 'a', 'c']);
  });

  it('lose none, and come to every tenant within as many as there are tenants', () => {
    const waiting = fc.array(fc.constantFrom('a', 'b', 'c', undefined), { maxLength: 20 });
    fc.assert(
      fc.property(waiting, fc.constantFrom('a', 'b', 'x', undefined), (tenants, last) => {
        const all = runs(...tenants);
        const order = takeTurns(all, last);
        expect(order.toSorted((a, b) => a.id - b.id)).toEqual(all);
        const distinct = new Set(tenants);
        expect(new Set(order.slice(0, distinct.size).map(({ tenant }) => tenant))).toEqual(distinct);
      }),
    );
  });
});
