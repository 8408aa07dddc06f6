import { canonicalJson } from '../../values/index.js';
import type { ModelRequest } from '../provider/model-provider.js';

/** What a record holds of a request: all of it, or what is new since the call whose record holds the rest. */
export type RecordedRequest =
  ModelRequest | (Partial<ModelRequest> & Pick<ModelRequest, 'messages'> & { readonly continues: string });

/** What of one conversation is on record already, so that a loop of n calls is not recorded n times over. */
export class Transcript {
  private last: { readonly request: ModelRequest; readonly key: string } | undefined;

  /** A request as it really goes out is made under this key. */
  made(request: ModelRequest, key: string): void {
    this.last = { request, key };
  }

  /** What is new in a request: its messages behind those of the call before, and every other field that differs. */
  recorded(request: ModelRequest): RecordedRequest {
    const { last } = this;
    if (!last || !continues(request, last.request)) return request;
    const changed = Object.entries(request).filter(
      ([name, value]) => !isSame(value, last.request[name as keyof ModelRequest]),
    );
    const messages = request.messages.slice(last.request.messages.length);
    return { ...Object.fromEntries(changed), messages, continues: last.key };
  }
}

/** A guardrail may have rewritten what was said before, and a field may be gone: then the whole is recorded. */
function continues(request: ModelRequest, before: ModelRequest): boolean {
  const settings = Object.keys(before) as (keyof ModelRequest)[];
  return (
    settings.every((name) => request[name] !== undefined || before[name] === undefined) &&
    isSame(request.messages.slice(0, before.messages.length), before.messages)
  );
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b);
}
