import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Line, type Place } from './line.js';

interface Named extends Place {
  readonly name: string;
}

function place(tenant: string | undefined, name: string, more: Partial<Named> = {}): Named {
  return { tenant, name, hasWaited: false, mayLeave: () => true, ...more };
}

function drain(line: Line<Named>): string[] {
  const names: string[] = [];
  for (let next = line.next(); next; next = line.next()) names.push(next.name);
  return names;
}

describe('the line for the slots of a limit', () => {
  it('gives tenants their turns, and within a tenant those who came first', () => {
    const line = new Line<Named>(10);
    for (const name of ['a1', 'a2', 'a3']) line.join(place('a', name));
    line.join(place('b', 'b1'));
    line.join(place(undefined, 'nobody'));
    expect(drain(line)).toEqual(['a1', 'b1', 'nobody', 'a2', 'a3']);
  });

  it('prefers those of a tenant that have waited before', () => {
    const line = new Line<Named>(10);
    line.join(place('a', 'new'));
    line.join(place('a', 'woken', { hasWaited: true }));
    line.join(place('a', 'woken later', { hasWaited: true }));
    expect(drain(line)).toEqual(['woken', 'woken later', 'new']);
  });

  it('sends away the last of the tenant that has most in it, and nobody who has to stay', () => {
    const line = new Line<Named>(2);
    const [a1, a2] = [place('a', 'a1'), place('a', 'a2')];
    expect(line.join(a1)).toBeUndefined();
    expect(line.join(a2)).toBeUndefined();
    const a3 = place('a', 'a3');
    expect(line.join(a3)).toBe(a3);
    expect(line.join(place('b', 'b1'))).toBe(a2);
    const stays = place('a', 'stays', { mayLeave: () => false });
    expect(line.join(stays)).toBe(a1);
    expect(line.join(place('c', 'c1', { mayLeave: () => false }))?.name).toBe('b1');
    expect(line.join(place('c', 'c2', { mayLeave: () => false }))).toBeUndefined();
    expect(line.length).toBe(3);
  });

  it('keeps the turn of one that was put back', () => {
    const line = new Line<Named>(10);
    line.join(place('a', 'a1'));
    line.join(place('a', 'a2'));
    line.join(place('b', 'b1'));
    const first = line.next();
    if (first) line.putBack(first);
    expect(drain(line)).toEqual(['a1', 'b1', 'a2']);
  });

  it('loses nobody, and lets no tenant have a second turn before each has had one', () => {
    const joining = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean()), { maxLength: 30 });
    fc.assert(
      fc.property(joining, fc.integer({ min: 1, max: 8 }), (all, capacity) => {
        const line = new Line<Named>(capacity);
        const inside = new Set<Named>();
        for (const [index, [tenant, hasWaited]] of all.entries()) {
          const joined = place(tenant, `${index}`, { hasWaited });
          inside.add(joined);
          const left = line.join(joined);
          if (left) inside.delete(left);
        }
        expect(line.length).toBe(inside.size);
        expect(line.length).toBeLessThanOrEqual(capacity);
        const waiting = [...inside];
        const counts = new Map<string | undefined, number>();
        for (let next = line.next(); next; next = line.next()) {
          const turns = (counts.get(next.tenant) ?? 0) + 1;
          counts.set(next.tenant, turns);
          waiting.splice(waiting.indexOf(next), 1);
          for (const { tenant } of waiting) expect(counts.get(tenant) ?? 0).toBeGreaterThanOrEqual(turns - 1);
        }
        expect(waiting).toEqual([]);
      }),
    );
  });
});
