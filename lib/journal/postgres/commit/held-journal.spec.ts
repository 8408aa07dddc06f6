import { describe, expect, it } from '@jest/globals';
import { emptyHead } from '../../chain/chain.js';
import { HeldJournal } from './held-journal.js';

function waiting() {
  return {
    append: { runId: 'run', epoch: 1, records: [] },
    hashed: [],
    resolve: () => undefined,
    reject: () => undefined,
  };
}

describe('the journal of a run that somebody wants alone', () => {
  it('is given over when what was on its way has arrived, and sends nothing until it is given back', async () => {
    const held = new HeldJournal('run', emptyHead);
    held.push(waiting());
    expect(held.startNext()).toBe(true);
    held.take();
    let isAlone = false;
    const alone = held.exclusive().then(() => (isAlone = true));
    held.push(waiting());
    held.settle();
    expect(held.startNext()).toBe(false);
    await alone;
    expect(isAlone).toBe(true);
    expect(held.startNext()).toBe(false);
    held.settle();
    expect(held.startNext()).toBe(true);
  });
});
