import type { AgentClass } from '../agents/index.js';
import { messageText } from '../content/index.js';
import { MetadataAccessor, workflowNameOf } from '../decorators/index.js';
import { type ModelRequest } from '../models/index.js';
import type { ScriptedReply } from './scripted-answer.js';

/**
 * Name of a template, an alias, an agent or a model, or a part of the prompt; a pattern for the prompt; a function of the
 * request; or the class of an agent, for its turns.
 */
export type PromptMatcher = string | RegExp | ((request: ModelRequest) => boolean) | AgentClass;

/** What a model replies, or what makes it from the request. */
export type ReplySource = ScriptedReply | ((request: ModelRequest) => ScriptedReply | Promise<ScriptedReply>);
type Act = { readonly reply: ReplySource } | { readonly fail: unknown } | { readonly hang: true };

/** What a scripted model does on requests of one kind: the `…Once` in their order, then forever what was set last without it. */
export class ScriptedRule {
  readonly described: string;
  private readonly once: Act[] = [];
  private always: Act | undefined;

  private readonly matcher: Exclude<PromptMatcher, AgentClass>;

  constructor(matcher: PromptMatcher) {
    const agent = agentOf(matcher);
    this.described = describeMatcher(matcher);
    // Whatever is not the class of an agent is one of the other forms.
    this.matcher = agent ?? (matcher as Exclude<PromptMatcher, AgentClass>);
  }

  /** A text, an object (answered as JSON), `{ toolCalls }`, a whole answer as `{ answer }`, or a function that makes one of them. */
  reply(reply: ReplySource): this {
    this.always = { reply };
    return this;
  }

  replyOnce(reply: ReplySource): this {
    this.once.push({ reply });
    return this;
  }

  /** Throws: a `ModelCallError` to play a failing vendor, anything else as it is. */
  fail(error: unknown): this {
    this.always = { fail: error };
    return this;
  }

  failOnce(error: unknown): this {
    this.once.push({ fail: error });
    return this;
  }

  /** Never answers; ends only by an abort. */
  hang(): this {
    this.always = { hang: true };
    return this;
  }

  hangOnce(): this {
    this.once.push({ hang: true });
    return this;
  }

  /** There is something left to do. @internal */
  get ready(): boolean {
    return this.once.length > 0 || this.always !== undefined;
  }

  /** By template, alias or model. @internal */
  names(request: ModelRequest): boolean {
    return (
      typeof this.matcher === 'string' &&
      [request.template, request.alias, request.agent, request.model].includes(this.matcher)
    );
  }

  /** By what is said, or by the function. @internal */
  reads(request: ModelRequest): boolean {
    if (typeof this.matcher === 'function') return this.matcher(request);
    const said = messageText(request.messages.findLast(({ role }) => role === 'user')?.content ?? '');
    // A pattern with /g or /y remembers where it stopped: search() does not.
    return typeof this.matcher === 'string' ? said.includes(this.matcher) : said.search(this.matcher) >= 0;
  }

  /** @internal */
  async next(request: ModelRequest, signal: AbortSignal): Promise<ScriptedReply> {
    const act = this.once.shift() ?? this.always;
    if (act && 'reply' in act) return typeof act.reply === 'function' ? act.reply(request) : act.reply;
    if (act && 'fail' in act) throw act.fail;
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  }
}

/** Name of the agent whose class it is. */
function agentOf(matcher: PromptMatcher): string | undefined {
  if (typeof matcher !== 'function' || !MetadataAccessor.isAgent(matcher)) return undefined;
  return workflowNameOf(matcher);
}

export function describeMatcher(matcher: PromptMatcher): string {
  if (typeof matcher === 'string') return `'${matcher}'`;
  return matcher instanceof RegExp ? String(matcher) : matcher.name || 'a function';
}
