import { describe, expect, it } from '@jest/globals';
import { ScriptedModel } from '../../testing/scripted-model.js';
import type { Candidate, Route } from './model-catalog.js';
import { largerThan, orderOf, settledOn } from './model-order.js';

const provider = new ScriptedModel('alpha');
const candidate = (model: string, window?: number): Candidate => {
  return { provider, model, name: `alpha/${model}`, window };
};
const [dear, fair, cheap] = [candidate('dear'), candidate('fair'), candidate('cheap')];
const route: Route = { candidates: [dear, fair, cheap], alias: 'smart' };
const costs = new Map([
  [dear, 3],
  [fair, 1],
  [cheap, 1],
]);
const costOf = (each: Candidate) => costs.get(each) ?? 0;

describe('the order in which models are asked', () => {
  it('is that of the alias', () => {
    expect(orderOf(route, { isShort: false, costOf })).toEqual({ candidates: [dear, fair, cheap] });
  });

  it('is that of their costs, equal ones as they are listed', () => {
    const byCost = { candidates: [fair, cheap, dear] };
    const cheapest: Route = { ...route, strategy: 'cheapest' };
    expect(orderOf(cheapest, { isShort: false, costOf })).toEqual({ ...byCost, because: 'cheapest' });
    expect(orderOf(route, { isShort: true, costOf })).toEqual({ ...byCost, because: 'degraded' });
  });

  it('does not ask what a single model costs', () => {
    const asked = () => {
      throw new Error('not asked');
    };
    expect(orderOf({ ...route, candidates: [dear] }, { isShort: true, costOf: asked })).toEqual({
      candidates: [dear],
    });
  });

  it('goes on with who has answered, without those that have failed', () => {
    const next = settledOn({ ...route, strategy: 'cheapest' }, cheap, [fair]);
    expect(next).toMatchObject({ candidates: [cheap, dear], strategy: 'order' });
  });
});

describe('a model with a larger window', () => {
  it('is one whose window is known to be larger, or not known', () => {
    const [small, middle, large, unknown] = [
      candidate('small', 1),
      candidate('middle', 2),
      candidate('large', 3),
      candidate('unknown'),
    ];
    expect(largerThan(middle, [small, large, unknown])).toEqual([large, unknown]);
    expect(largerThan(middle, [candidate('equal', 2)])).toEqual([]);
    expect(largerThan(unknown, [small, middle])).toEqual([small, middle]);
  });
});
