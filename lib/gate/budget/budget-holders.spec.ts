import { describe, expect, it } from '@jest/globals';
import { nothingUsed } from '../../workflow/index.js';
import type { GatedRun } from '../attempt.js';
import { holdersOf } from './budget-holders.js';
import { Reservations } from './reservations.js';

/** A run in which nothing waits for a child. */
function runWith(reservations: Reservations): GatedRun {
  // Only what is read of it.
  return { reservations, definition: { name: 'Refund' }, state: { steps: new Map() } } as unknown as GatedRun;
}

describe('the holders that a refused call is told of', () => {
  it('are those with a single call, too, and not those with none', () => {
    const reservations = new Reservations();
    reservations.set('one', { step: 'draft', amounts: { ...nothingUsed, calls: 1 } });
    reservations.set('none', { step: 'check', amounts: { ...nothingUsed, tokens: 500 } });
    expect(holdersOf(runWith(reservations), 'calls', 'own')).toEqual([{ step: 'Refund.draft', amount: 1 }]);
  });
});
