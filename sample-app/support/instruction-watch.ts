import { Injectable } from '@nestjs/common';
import { allow, Guardrail, type GuardrailSubject, type Verdict, warn } from 'nestjs-nestor';
import { TicketDto } from '../tickets/index.js';

/** Phrases of people who try to talk to the model behind a form. Few and plain: it warns, it doesn't decide. */
const phrases =
  /ignore (?:all )?(?:previous|prior) instructions|system prompt|you are now \w*bot|<\/?(?:system|ticket)>/i;

/** Notes in the audit trail that a ticket speaks to a model. What happens then is decided by a person, see `rules.ts`. */
@Injectable()
export class InstructionWatch {
  @Guardrail({ at: 'run.input', workflows: ['support-ticket'] })
  look({ value }: GuardrailSubject<TicketDto>): Verdict {
    const found = phrases.exec(`${value.subject}\n${value.body}`)?.[0];
    return found === undefined ? allow() : warn(`the ticket speaks to a model: "${found}"`);
  }
}
