import type { ConversationMedia } from '../../media/index.js';
import { currentScope } from '../../scope/index.js';
import type { ToolSet } from '../../tools/index.js';
import { addDollars, addUsage, type JsonValue, noUsage, type Usage } from '../../values/index.js';
import type { CacheSettings } from '../cache/answer-caching.js';
import { mostTokens } from '../prices/estimate.js';
import { addTokens, noTokens } from '../prices/token-usage.js';
import type { Message, ModelAnswer, ModelRequest, TokenUsage } from '../provider/model-provider.js';
import type { Candidate, Route } from '../routing/model-catalog.js';
import { firstAnswer, withRouting } from '../routing/model-fallback.js';
import { settledOn } from '../routing/model-order.js';
import type { PromptFacts } from '../templates/prompt-template.js';
import type { StructuredOutput } from '../structured-output.js';
import type { AnswerListener } from '../streaming/answer-listener.js';
import type { ModelCaller } from './model-caller.js';
import { Transcript } from './transcript.js';

/** What is the same in all requests of one conversation. */
export interface TurnSettings {
  readonly settings: Omit<ModelRequest, 'model' | 'messages' | 'tools' | 'toolChoice' | 'output'>;
  readonly output: StructuredOutput | undefined;
  /** Of each request, in milliseconds. */
  readonly timeout: number | undefined;
  readonly listener: AnswerListener | undefined;
  /** Whose requests they are. @default those of the call around */
  readonly agent?: string | undefined;
  readonly media: ConversationMedia;
  /** How answers are given again, whatever the temperature. @default by the route, at temperature 0 */
  readonly cache?: CacheSettings | undefined;
  /** Whether turns are known by their number, so that they are found again whatever is asked. @default false */
  readonly byPosition?: boolean;
}

/** One request of a conversation, before it is sent. */
export interface TurnRequest {
  /** From 1. */
  readonly turn: number;
  /** Tells a request that is not a turn of its own, such as a last answer, from the turn of that number. */
  readonly part?: number;
  /** Goes on record with the request. */
  readonly facts?: Readonly<Record<string, JsonValue>>;
  readonly messages: readonly Message[];
  /** Which template its instructions were made of, where they are made anew for each turn. */
  readonly prompt?: PromptFacts | undefined;
  readonly toolSet: ToolSet | undefined;
  /** Names of the tools that the model may use now. @default all of the set */
  readonly offered?: readonly string[] | undefined;
  readonly toolChoice: ModelRequest['toolChoice'];
  /** Hears this answer as it comes. @default that of all requests */
  readonly listener?: AnswerListener | undefined;
  /** Who is asked this once. @default who answered last */
  readonly route?: Route | undefined;
}

/** One request and its answer. */
export interface Turn {
  readonly answer: ModelAnswer;
  /** Names of the tools that it could use. @default all of the set */
  readonly offered?: readonly string[] | undefined;
  /** Who gave it: `openai/gpt-5-mini`. */
  readonly model: string;
  /** The agent whose turn it was. */
  readonly agent?: string | undefined;
  /** Of the request that brought it. */
  readonly usage: Usage;
}

/** What of a request a model sees. */
type Asked = Pick<TurnRequest, 'messages' | 'prompt' | 'toolSet' | 'offered' | 'toolChoice' | 'route'>;

/** Sends the requests of one conversation, to the model that answered last as long as it answers, and counts what they use. */
export class ModelTurns {
  private used: Usage = noUsage;
  private counted: TokenUsage = noTokens;
  private spared = 0;

  constructor(
    private readonly caller: ModelCaller,
    private route: Route,
    private readonly plan: TurnSettings,
    private readonly transcript = new Transcript(),
  ) {}

  /** Of all requests so far. */
  get usage(): Usage {
    return this.used;
  }

  /** US dollars that the answers have cost which were given again. */
  get saved(): number {
    return this.spared;
  }

  /** Of all requests so far. */
  get tokens(): TokenUsage {
    return this.counted;
  }

  /** The most that a request may use, whichever model of the route answers it. */
  estimate(request: Asked): Usage {
    const { candidates } = request.route ?? this.route;
    const all = candidates.map((each) => this.caller.estimate(each, this.requestTo(each, request)));
    return all.reduce((most, each) => ({
      calls: 1,
      inputTokens: Math.max(most.inputTokens, each.inputTokens),
      outputTokens: Math.max(most.outputTokens, each.outputTokens),
      usd: Math.max(most.usd, each.usd),
    }));
  }

  async ask(request: TurnRequest): Promise<Turn> {
    const { turn, part, facts, offered, route, listener = this.plan.listener } = request;
    const { timeout, media, agent } = this.plan;
    const requestTo = (candidate: Candidate) => this.requestTo(candidate, request);
    const position = this.plan.byPosition ? [turn, ...(part === undefined ? [] : [part])] : undefined;
    const { answer, candidate, failed } = await firstAnswer(route ?? this.route, {
      costOf: (each) => this.caller.estimate(each, requestTo(each)).usd,
      recalled: (each) => this.caller.recalled(each, requestTo(each), { media, position }),
      ask: (each, routing) =>
        this.caller.request(each, requestTo(each), {
          media,
          position,
          facts: withRouting(facts, routing),
          agent,
          timeout,
          listener,
          cache: this.cacheFor(request),
          // Outside any run each call is a run of its own, and has to tell the whole.
          transcript: currentScope() && this.transcript,
        }),
    });
    if (!route) this.route = settledOn(this.route, candidate, failed);
    const used = answer.cached
      ? noUsage
      : this.caller.usage(candidate, answer, () => mostTokens(requestTo(candidate)));
    this.spared = addDollars(this.spared, answer.cached?.usd ?? 0);
    this.used = addUsage(this.used, used);
    this.counted = addTokens(this.counted, this.caller.tokens(answer));
    return {
      answer,
      model: candidate.name,
      usage: used,
      ...(agent === undefined ? {} : { agent }),
      ...(offered ? { offered } : {}),
    };
  }

  /** What tools have changed is not changed by an answer that is given again. */
  private cacheFor({ toolSet, route }: TurnRequest): CacheSettings | undefined {
    if (toolSet?.hasEffects) return undefined;
    const { cache, settings } = this.plan;
    return cache ?? (settings.temperature === 0 ? (route ?? this.route).cache : undefined);
  }

  private requestTo(
    { model }: Candidate,
    { messages, prompt, toolSet, offered, toolChoice }: Asked,
  ): ModelRequest {
    const { settings, output } = this.plan;
    const isOffered = ({ name }: { readonly name: string }) => offered?.includes(name) ?? true;
    return {
      ...settings,
      ...prompt,
      model,
      messages,
      ...(toolSet ? { tools: toolSet.exposed.filter(isOffered) } : {}),
      ...(toolSet && toolChoice ? { toolChoice } : {}),
      ...(output ? { output: output.request } : {}),
    };
  }

  /** Another answer comes in place of this one: what was heard of it is void. */
  retract({ text }: ModelAnswer): void {
    if (text !== '') this.plan.listener?.restart();
  }
}
