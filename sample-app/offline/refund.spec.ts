import { describe, expect, it } from '@jest/globals';
import type { Message, ModelRequest } from 'nestjs-nestor';
import { promptWith } from './reading.fixture.js';
import { nextRefundMove } from './refund.js';

const order = { number: 'MB-76804', priceEur: 89, returnedAt: '2026-10-16', refundedEur: 0 };

/** What the rules do after these results of tools. */
function moveAfter(
  body: string,
  results: readonly (readonly [tool: string, content: unknown, failed?: boolean])[],
) {
  const messages = results.map(([name, content, isError = false]): Message => {
    return { role: 'tool', toolCallId: name, name, content: JSON.stringify(content), isError };
  });
  const request: ModelRequest = { model: 'rules', messages, maxTokens: 500 };
  return nextRefundMove(request, promptWith({ name: 'Ada', subject: 'Refund', body }));
}

const ticket = 'Where is the money for order MB-76804? I sent the sensor back.';

describe('the rules that stand for a model', () => {
  it('look the order up, then the rules, then pay back what is open', () => {
    expect(moveAfter(ticket, [])).toEqual({ call: 'findOrder', with: { number: 'MB-76804' } });
    expect(moveAfter(ticket, [['findOrder', order]])).toMatchObject({ call: 'findRules' });
    expect(
      moveAfter(ticket, [
        ['findOrder', { ...order, refundedEur: 9 }],
        ['findRules', 'x'],
      ]),
    ).toMatchObject({ call: 'payBack', with: { number: 'MB-76804', amountEur: 80 } });
    expect(
      moveAfter(ticket, [
        ['findOrder', order],
        ['findRules', 'x'],
        ['payBack', { ...order, refundedEur: 89 }],
      ]),
    ).toMatchObject({ answer: { decision: 'refunded', amountEur: 89 } });
  });

  it.each([
    [
      'an order that has not come back',
      [
        ['findOrder', { ...order, returnedAt: null }],
        ['findRules', 'x'],
      ],
      'refused',
    ],
    [
      'a payment that was refused',
      [
        ['findOrder', order],
        ['findRules', 'x'],
        ['payBack', 'no', true],
      ],
      'refused',
    ],
    ['an order that is not there', [['findOrder', 'none', true]], 'unclear'],
  ] as const)('pay nothing for %s', (_, results, decision) => {
    expect(moveAfter(ticket, results)).toMatchObject({ answer: { decision, amountEur: 0 } });
  });

  it('ask which order it is about', () => {
    expect(moveAfter('I want my money back.', [])).toMatchObject({ answer: { decision: 'unclear' } });
  });

  it('answer in the language of the customer', () => {
    const move = moveAfter('Bonjour, je n’ai pas reçu le remboursement et je vous écris pour mes sous.', []);
    expect(move).toMatchObject({ answer: { reply: expect.stringContaining('de quelle commande') } });
  });
});
