import type { InputOf, WorkflowClass } from '../../decorators/index.js';
import type { Schema, SchemaOutput } from '../../values/index.js';

/**
 * What of the conversation the other agent sees: everything; what the user said last; nothing but its own input; or so many of
 * the last turns, with what the user said before them. A turn is an answer of the model with the results of its calls.
 */
export type HandoffHistory = 'all' | 'last' | 'none' | number;

/** What the model says when it hands over: what `input` describes, else the `static input` of the target, else why. */
export type HandoffSaid<C, S> = S extends Schema
  ? SchemaOutput<S>
  : C extends { readonly input: infer I }
    ? SchemaOutput<I>
    : { readonly reason: string };

/** Options of `handoff(…)`. `C` is the class of the target, `S` the schema in `input`. */
export interface HandoffOptions<C = WorkflowClass, S = Schema | undefined> {
  /** What the model has to say when it hands over. @default the `static input` of the target, else `{ reason: string }` */
  readonly input?: S | undefined;
  /** Makes the input of the target of it. @default what was said, or the reason */
  readonly pass?: ((said: HandoffSaid<C, S>) => InputOf<C> | Promise<InputOf<C>>) | undefined;
  /** What of the conversation the target sees. @default 'all' */
  readonly history?: HandoffHistory | undefined;
  /** When to hand over: models choose by this text. @default the `description` of the target */
  readonly description?: string | undefined;
}

/** A target of handoffs, and how it is handed over to. */
export class Handoff {
  // Not `private`: nothing else is taken for it.
  readonly #agent: WorkflowClass;
  readonly #options: HandoffOptions<never>;

  /** @internal */
  constructor(agent: WorkflowClass, options: HandoffOptions<never>) {
    this.#agent = agent;
    this.#options = options;
  }

  /** @internal Absent where two files import each other, and the class is not there yet. */
  get agent(): WorkflowClass | undefined {
    return this.#agent;
  }

  /** @internal */
  get options(): HandoffOptions<never> {
    return this.#options;
  }
}

/**
 * Says how an agent may hand the conversation over to another, where that is more than to whom.
 * @example
 * handoffs: () => [TechnicalAgent, handoff(LegalAgent, { input: Reason, pass: ({ text }) => ({ claim: text }), history: 'last' })]
 */
export function handoff<C extends WorkflowClass, S extends Schema | undefined = undefined>(
  agent: C,
  options: HandoffOptions<C, S> = {},
): Handoff {
  return new Handoff(agent, options as unknown as HandoffOptions<never>);
}
