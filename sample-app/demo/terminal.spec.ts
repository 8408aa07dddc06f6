import { describe, expect, it } from '@jest/globals';
import { table } from './terminal.js';

describe('table', () => {
  it('makes columns as wide as their longest cell, with numbers to the right', () => {
    expect(
      table(
        ['ticket', 'cost'],
        [
          ['T-1', '$0.5000'],
          ['T-1000', '$12.0000'],
        ],
      ),
    ).toEqual(['ticket      cost', '------  --------', 'T-1      $0.5000', 'T-1000  $12.0000']);
  });
});
