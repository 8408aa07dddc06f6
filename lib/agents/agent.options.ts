import type { Duration } from '../clock/index.js';
import type { MessageContent } from '../content/index.js';
import type { InputOf, ReviewOptions, WorkflowClass } from '../decorators/index.js';
import type {
  GivenContext,
  Message,
  ModelAnswer,
  ProviderOptions,
  ReasoningEffort,
  StopCondition,
  ToolChoice,
} from '../models/index.js';
import type { AccessRule, ConversationUse, RatePolicy, WorkflowAccess } from '../scope/index.js';
import type { Handoff } from './handoffs/handoff.js';
import type { ToolSelection } from '../tools/index.js';
import type { Principal, SchemaOutput, Usage } from '../values/index.js';
import type { RunBudget } from '../workflow/index.js';

/** A class with `@Agent()`. `static input` says what it receives, `static output` what it returns. */
export type AgentClass = WorkflowClass;

/** What an agent returns: what `static output` describes, else its text. */
export type AgentOutputOf<C> = C extends { readonly output: infer S } ? SchemaOutput<S> : string;

/** What a function of an agent's options is told of its run. */
export interface AgentContext {
  readonly runId: string;
  readonly principal: Principal | undefined;
  /** From 1. */
  readonly turn: number;
}

/** What the hook before a turn is told. */
export interface NextTurn<Input = unknown> extends AgentContext {
  readonly input: Input;
  /** What was said so far, without the instructions. */
  readonly messages: readonly Message[];
}

/** What the hook on handoffs is told. */
export interface AgentHandoff<Input = unknown> extends AgentContext {
  /** Of the agent that hands over. */
  readonly input: Input;
  /** Name of the agent that takes over. */
  readonly to: string;
  /** What the model has said. */
  readonly said: unknown;
  /** What the other agent is given as its input. */
  readonly passed: unknown;
}

/** What is other in this turn than the options say. */
export interface TurnChanges {
  /** Alias, or `provider/model`. */
  readonly model?: string | undefined;
  /** Names of those of its tools that the model may use. */
  readonly tools?: readonly string[] | undefined;
  /** Whether a tool has to be called now, or which. */
  readonly toolChoice?: ToolChoice | undefined;
  /** In place of its own. */
  readonly instructions?: string | undefined;
}

/** What the hook after a turn is told. */
export interface AnsweredTurn<Input = unknown> extends AgentContext {
  readonly input: Input;
  readonly answer: ModelAnswer;
  /** Who has answered: `openai/gpt-5-mini`. */
  readonly model: string;
  /** Of the request. */
  readonly usage: Usage;
}

/** How long a conversation may become. */
export interface ContextOptions {
  /**
   * Most tokens of what was said, by estimate: a token for every three bytes of text. Above it the oldest turns give way, as
   * a whole, until half of it is free; the beginning and the last turn stay. @default unbounded
   */
  readonly window?: number | undefined;
  /** Whether turns that give way are told in short, and by which model (alias, or `provider/model`). @default false: they are left out */
  readonly summarize?: boolean | { readonly model?: string | undefined } | undefined;
  /** Most tokens of the text of one result of a tool, by the same estimate; it is cut. @default unbounded */
  readonly maxToolResultTokens?: number | undefined;
}

/** How people are asked at a limit. */
export type LimitReviewOptions = Omit<ReviewOptions<object, never>, 'when' | 'at' | 'onReject' | 'sample'>;

/** A list, or what gives it: where two files import each other, a class is not there yet while decorators run. */
export type Lazy<T> = readonly T[] | (() => readonly T[]);

/** What the model is told before everything else. */
export type AgentInstructions<Input> =
  | string
  | ((input: Input, context: AgentContext) => string | Promise<string>)
  | {
      /** Name in the `TemplateRegistry`. */
      readonly template: string;
      readonly version?: string | undefined;
      readonly variables?:
        ((input: Input, context: AgentContext) => Readonly<Record<string, unknown>>) | undefined;
    };

/** Options of `@Agent`. `C` is the class. */
export interface AgentOptions<C = AgentClass> {
  /** What runs, messages and the registry call it. @default the class name in kebab case without "Agent" */
  readonly name?: string | undefined;
  /** For people; recorded in `run.created`. @default '1' */
  readonly version?: string | undefined;
  /** What it is for: other agents and people choose it by this text. */
  readonly description?: string | undefined;
  /** What the model is told before everything else: a text, a function of the input, or a template. Made for each turn. */
  readonly instructions: AgentInstructions<InputOf<C>>;
  /** The first message. @default a text, parts or messages as they are, any other input as JSON */
  readonly prompt?: ((input: InputOf<C>) => MessageContent | readonly Message[]) | undefined;
  /** Alias, or `provider/model`. @default `models.default` of the module options */
  readonly model?: string | undefined;
  /** Provider classes with `@Tool` methods, names of tools, and other agents, each of which is one tool; its own are added. */
  readonly tools?: Lazy<ToolSelection> | undefined;
  /** Agents to which it may hand the conversation over, each of which is one tool: `transfer_to_billing`. */
  readonly handoffs?: Lazy<AgentClass | Handoff> | undefined;
  /** Most handoffs of one call, whichever agents make them. @default 6 */
  readonly maxHandoffs?: number | undefined;
  /** Is told when it hands over, before that is on record; what it throws refuses the handoff, and the model is told so. */
  readonly onHandoff?: ((handoff: AgentHandoff<InputOf<C>>) => void | Promise<void>) | undefined;
  /** When it stops before it has answered. @default any(maxTurns(12), repeatedCall(4)) */
  readonly stopWhen?: StopCondition | undefined;
  /**
   * What happens at a limit: one last answer without tools, an error, or a review, in which a person lets it go on with as much
   * again, answers in its place, or rejects. @default 'answer'
   */
  readonly onStop?: 'answer' | 'fail' | 'review' | { readonly review: LimitReviewOptions } | undefined;
  /** How long its conversation may become. @default as long as it is */
  readonly context?: ContextOptions | undefined;
  /** Is asked before each turn what is other in it. It is not asked again about a turn that is on record. */
  readonly beforeTurn?:
    ((turn: NextTurn<InputOf<C>>) => TurnChanges | void | Promise<TurnChanges | void>) | undefined;
  /** Is told of the answer of each turn when it comes: not again where it is on record, and not of a last answer at a limit. What it throws ends the agent. */
  readonly afterTurn?: ((turn: AnsweredTurn<InputOf<C>>) => void | Promise<void>) | undefined;
  /**
   * How many agents may be one inside the other, this one counted: agents that are tools, and those that tools run. One
   * that would be deeper is not run, and the call has failed. @default 4
   */
  readonly maxDepth?: number | undefined;
  /** Most tool calls of one answer that are performed at the same time. @default 8 */
  readonly parallelToolCalls?: number | undefined;
  /** Whether a tool has to be called, or which: `{ tool: 'search' }`. `required`, and a named tool, hold for the first turn. @default 'auto' */
  readonly toolChoice?: ToolChoice | undefined;
  /** How freely the model chooses its words. @default the vendor's */
  readonly temperature?: number | undefined;
  /** Most tokens of each answer. @default `models.maxTokens` of the module options: 4096 */
  readonly maxTokens?: number | undefined;
  /** How much the model may think before it answers. @default the vendor's */
  readonly reasoning?: ReasoningEffort | undefined;
  /** Lets the vendor keep the beginning of the prompt, which each turn repeats. @default false */
  readonly cachePrompt?: boolean | undefined;
  /** By the provider's name: fields that only its vendor knows. */
  readonly providerOptions?: ProviderOptions | undefined;
  /** Longest time of one call of it, and active time of a run of it. @default none */
  readonly timeout?: Duration | undefined;
  /** Most that one run of it may use. @default none */
  readonly budget?: RunBudget | undefined;
  /**
   * Who may start it, or call it: roles of which one is enough, or a rule for the `AccessPolicy`; or `{ start, read, decide }`, also
   * who may look at all of its runs and decide its reviews. @default anybody starts it
   */
  readonly access?: AccessRule | WorkflowAccess | undefined;
  /** How often it may start or be called, and how many tokens it may use, in a time. @default no limit */
  readonly rateLimit?: RatePolicy | readonly RatePolicy[] | undefined;
  /** Runs of it at the same time, over all processes on the database. @default unbounded */
  readonly concurrency?: number | undefined;
}

/** What is other in one call of an agent than its options say: for agents that are set up by tenant. */
export interface AgentOverrides<C = AgentClass> extends Partial<
  Pick<AgentOptions<C>, 'model' | 'tools' | 'instructions' | 'stopWhen'>
> {
  /**
   * How long its conversation may become, in place of its own; or what it is to answer from, as `ContextService.assemble` makes it, in front
   * of the first message.
   */
  readonly context?: ContextOptions | GivenContext | undefined;
  /**
   * The conversation in which it answers, by id, or with how much of it is shown. What is said goes into it when the call is
   * completed. The agent that has answered last in it, by a handoff, answers next. @default none
   */
  readonly conversation?: string | ConversationUse | undefined;
}
