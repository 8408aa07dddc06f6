import { canonicalJson } from '../../values/index.js';
import type { Message, ModelRequest } from '../provider/model-provider.js';

/**
 * What a record holds of a request: all of it, or what is new since the call whose record holds the rest. `instructions`: the
 * system message at the beginning, where that is another one, or null where there is none any more.
 */
export type RecordedRequest =
  | ModelRequest
  | (Partial<ModelRequest> &
      Pick<ModelRequest, 'messages'> & {
        readonly continues: string;
        /** Names of settings of the request before that this one has not. */
        readonly without?: readonly string[];
        readonly instructions?: Message | null;
      });

/** What of one conversation is on record already, so that a loop of n calls is not recorded n times over. */
export class Transcript {
  private last: { readonly request: ModelRequest; readonly key: string } | undefined;

  /** A request as it really went out under this key has got an answer, which is on record. */
  answered(request: ModelRequest, key: string): void {
    this.last = { request, key };
  }

  /** What is new in a request: its messages behind those of the call before, and every other field that differs. */
  recorded(request: ModelRequest): RecordedRequest {
    const { last } = this;
    if (!last) return request;
    const before = splitOf(last.request.messages);
    const now = splitOf(request.messages);
    const settings = Object.keys(last.request) as (keyof ModelRequest)[];
    const without = settings.filter(
      (name) => request[name] === undefined && last.request[name] !== undefined,
    );
    // A guardrail may have rewritten what was said before: then the whole is recorded.
    if (!isSame(now.said.slice(0, before.said.length), before.said)) return request;
    const changed = Object.entries(request).filter(
      ([name, value]) =>
        name !== 'messages' &&
        value !== undefined &&
        !isSame(value, last.request[name as keyof ModelRequest]),
    );
    return {
      ...Object.fromEntries(changed),
      ...(without.length > 0 ? { without } : {}),
      ...(isSame(now.instructions, before.instructions) ? {} : { instructions: now.instructions ?? null }),
      messages: now.said.slice(before.said.length),
      continues: last.key,
    };
  }
}

/** The request of which a record holds this. @param before the request that it continues */
export function requestOf(recorded: RecordedRequest, before: ModelRequest | undefined): ModelRequest {
  if (!('continues' in recorded) || !before) return recorded as ModelRequest;
  const { continues: _, without = [], instructions, messages, ...changed } = recorded;
  const kept = Object.fromEntries(Object.entries(before).filter(([name]) => !without.includes(name)));
  const former = splitOf(before.messages);
  const told = instructions === undefined ? former.instructions : (instructions ?? undefined);
  // A request always has a model and a limit, so these are never among those that are gone.
  return {
    ...(kept as unknown as ModelRequest),
    ...changed,
    messages: [...(told ? [told] : []), ...former.said, ...messages],
  };
}

/** The instructions at the beginning, and what was said behind them. */
function splitOf(messages: readonly Message[]): {
  readonly instructions: Message | undefined;
  readonly said: readonly Message[];
} {
  const [first, ...rest] = messages;
  return first?.role === 'system'
    ? { instructions: first, said: rest }
    : { instructions: undefined, said: messages };
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b));
}
