import { describe, expect, it } from '@jest/globals';
import type { Draft } from '../support/draft.dto.js';
import type { TicketDto } from '../tickets/ticket.dto.js';
import { rule } from './simulated-lead.js';

const ticket: TicketDto = {
  id: 'T-1',
  receivedAt: '2026-11-02T08:00:00Z',
  channel: 'web',
  name: 'Ada',
  email: 'ada@example.org',
  subject: 'Question',
  body: 'How do I pause my plan?',
};
const draft: Draft = { subject: 'Re: Question', body: 'Like this.', sources: ['cancel'], confidence: 0.9 };

describe('the rule of the simulated support lead', () => {
  it('approves a draft that rests on articles', () => {
    expect(rule(ticket, draft).choice).toBe('approve');
  });

  it('sends a draft back once where an angry customer gets no apology', () => {
    const angry = { ...ticket, body: 'You are thieves!' };
    expect(rule(angry, draft)).toEqual({ choice: 'reject', reason: 'begin with an apology' });
    expect(rule(angry, { ...draft, body: 'I am sorry. Like this.' }).choice).toBe('approve');
  });

  it('leaves nothing to a lawyer but the receipt', () => {
    const ruling = rule({ ...ticket, body: 'We take legal action.' }, draft);
    expect(ruling).toMatchObject({
      choice: 'edit',
      value: { body: expect.stringContaining('received your letter') },
    });
  });

  it('answers by hand where the articles do not', () => {
    expect(rule(ticket, { ...draft, sources: [] }).choice).toBe('answer');
    expect(rule(ticket, { ...draft, confidence: 0.2 }).choice).toBe('answer');
  });

  it('lets the question go out that an empty ticket needs', () => {
    expect(rule({ ...ticket, body: '' }, { ...draft, sources: [], confidence: 0.1 }).choice).toBe('approve');
  });
});
