import type { Duration } from '../clock/index.js';
import type { MessageContent } from '../content/index.js';
import type { InputOf, WorkflowClass } from '../decorators/index.js';
import type { Message, ProviderOptions, ReasoningEffort, StopCondition } from '../models/index.js';
import type { AccessRule } from '../scope/index.js';
import type { ToolSelection } from '../tools/index.js';
import type { Principal, SchemaOutput } from '../values/index.js';
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
  /** Provider classes with `@Tool` methods, or names of tools; its own are added. */
  readonly tools?: Lazy<ToolSelection> | undefined;
  /** When it stops before it has answered. @default any(maxTurns(12), repeatedCall(4)) */
  readonly stopWhen?: StopCondition | undefined;
  /** What happens at a limit: one last answer without tools, or an error. @default 'answer' */
  readonly onStop?: 'answer' | 'fail' | undefined;
  /** Most tool calls of one answer that are performed at the same time. @default 8 */
  readonly parallelToolCalls?: number | undefined;
  /** `required` holds for the first turn. @default 'auto' */
  readonly toolChoice?: 'auto' | 'none' | 'required' | undefined;
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
  /** Who may start it, or call it: roles of which one is enough, or a rule for the `AccessPolicy`. @default anybody */
  readonly access?: AccessRule | undefined;
  /** Runs of it at the same time, over all processes on the database. @default unbounded */
  readonly concurrency?: number | undefined;
}
