import { expect, it } from '@jest/globals';
import { sentFields } from './sent-fields.js';

it('what is for people and guardrails is not among the fields that a vendor sees', () => {
  const sent = { model: 'small', messages: [], maxTokens: 100, temperature: 0 };
  const forPeople = {
    marks: 2,
    template: 'draft.md',
    templateVersion: '2',
    templateHash: 'f0',
    agent: 'clerk',
    alias: 'smart',
  };
  expect(sentFields({ ...sent, ...forPeople })).toEqual(sent);
});
