import { describe, expect, it } from '@jest/globals';
import {
  ancestors,
  descendants,
  findCycle,
  followers,
  type Graph,
  lastSteps,
  loopRegion,
  resultStep,
  topologicalOrder,
} from './graph.js';

/** `'d: b c'` is a step `d` behind `b` and `c`. */
function graph(...lines: readonly string[]): Graph {
  return {
    steps: lines.map((line) => {
      const [name = '', rest = ''] = line.split(':');
      return { name, dependencies: rest.split(' ').filter(Boolean) };
    }),
  };
}

const diamond = graph('a', 'b: a', 'c: a', 'd: b c', 'alone');

describe('graph', () => {
  it('finds everything before and behind a step, but not beside it', () => {
    expect([...ancestors(diamond, 'd')].toSorted()).toEqual(['a', 'b', 'c']);
    expect([...ancestors(diamond, 'a')]).toEqual([]);
    expect([...descendants(diamond, 'a')].toSorted()).toEqual(['b', 'c', 'd']);
    expect([...descendants(diamond, 'b')]).toEqual(['d']);
    expect(followers(diamond, 'a')).toEqual(['b', 'c']);
  });

  it('answers with nothing for a step that does not exist, and passes over names that do not exist', () => {
    expect(ancestors(diamond, 'nobody').size).toBe(0);
    const broken = graph('a: nobody', 'b: a');
    expect(topologicalOrder(broken)).toEqual(['a', 'b']);
    expect([...ancestors(broken, 'b')]).toEqual(['a']);
  });

  it('orders steps behind their dependencies, whatever the order of declaration', () => {
    expect(topologicalOrder(graph('c: b', 'b: a', 'a', 'd'))).toEqual(['a', 'd', 'b', 'c']);
  });

  it('names a cycle in the order of its arrows, and not what merely hangs on it', () => {
    const cycle = findCycle(graph('start', 'a: start c', 'b: a', 'c: b', 'behind: c'));
    expect(cycle).toHaveLength(3);
    const turned = [...(cycle ?? []), ...(cycle ?? [])].join(' ');
    expect(turned).toContain('a b c');
    expect(findCycle(graph('a: a'))).toEqual(['a']);
    expect(findCycle(diamond)).toBeUndefined();
  });

  it('takes into a loop what lies on a path, and leaves out side branches', () => {
    const loop = graph(
      'before',
      'from: before',
      'x: from',
      'y: from',
      'side: from',
      'to: x y outside',
      'outside',
      'end: to',
    );
    expect(loopRegion(loop, 'from', 'to')).toEqual(['from', 'x', 'y', 'to']);
    expect(loopRegion(loop, 'to', 'to')).toEqual(['to']);
    expect(loopRegion(loop, 'side', 'to')).toEqual([]);
    expect(loopRegion(loop, 'to', 'from')).toEqual([]);
  });

  it('finds the last steps and the step that gives the result', () => {
    expect(lastSteps(diamond)).toEqual(['d', 'alone']);
    expect(resultStep(diamond)).toBeUndefined();
    expect(resultStep(diamond, 'b')).toBe('b');
    expect(resultStep(graph('a', 'b: a'))).toBe('b');
  });
});
