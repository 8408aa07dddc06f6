import { citations, denylist, maxLength, pii } from 'nestjs-nestor/guardrails';

/** Built-in guardrails of the whole application; `InstructionWatch` is one of its own. */
export const guardrails = [
  // Numbers of banks, cards, persons and phones never reach a model's vendor. Mail addresses of customers don't either,
  // see `ticketForPrompt`; those in our own articles have to.
  pii({ action: 'redact', at: 'model.request', kinds: ['iban', 'card', 'nationalId', 'phone'] }),
  maxLength({ at: 'model.request', limit: 40_000 }),
  // A reply that cites what it was not given is on record as such, and its draft goes to a person, see `citing.ts`.
  citations({ steps: ['draft'], action: 'warn' }),
  // Words that belong to the legal department.
  denylist({ at: 'step.output', steps: ['draft'], words: ['we accept liability', 'we guarantee'] }),
];
