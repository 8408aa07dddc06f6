import { storableText } from '../../values/index.js';
import type {
  FinishReason,
  ModelRequest,
  ProviderAnswer,
  ReportedUsage,
} from '../provider/model-provider.js';
import { requestedToolCall, uniqueId } from '../loop/requested-tool-call.js';
import { finishReason } from './finish-reason.js';
import { isObject } from './json-reader.js';
import { opaqueContent } from './opaque-content.js';
import type { WrittenCall } from './tool-call-pieces.js';

/** What was read of an answer, in no vendor's form any more. */
export interface ReadAnswer {
  readonly text: string;
  readonly reasoning: string;
  /** The model refused, whatever the reason says. */
  readonly refused: boolean;
  readonly calls: readonly WrittenCall[];
  /** The vendor's word; undefined where it gave none, though the answer came to its end. */
  readonly reason: string | undefined;
  readonly usage: ReportedUsage;
  /** What goes back to the vendor as it came. */
  readonly opaque: readonly unknown[];
}

/** @param vendor name of the provider */
export function modelAnswer(read: ReadAnswer, request: ModelRequest, vendor: string): ProviderAnswer {
  const ids = new Set<string>();
  const toolCalls = read.calls.map(({ id, name, raw }) =>
    requestedToolCall(
      uniqueId(id, ids, `call_${request.messages.length}`),
      storableText(name).text,
      storableText(raw).text,
    ),
  );
  // Vendors want it back with the results of the calls, and not later.
  const opaque = toolCalls.length > 0 ? opaqueContent(vendor, request.model, read.opaque) : undefined;
  return {
    text: read.text,
    ...(read.reasoning === '' ? {} : { reasoning: read.reasoning }),
    toolCalls,
    finishReason: reasonOf(read, toolCalls),
    usage: read.usage,
    ...(opaque ? { opaque } : {}),
  };
}

function reasonOf({ refused, reason }: ReadAnswer, calls: ProviderAnswer['toolCalls']): FinishReason {
  if (refused) return 'content-filter';
  if (reason !== undefined) return finishReason(reason, calls.length > 0);
  // The answer came to its end without a word why: calls that are spelled out were meant.
  const isSpelledOut =
    calls.length > 0 && calls.every(({ raw, arguments: args }) => raw !== '' && isObject(args));
  return isSpelledOut ? 'tool-calls' : 'other';
}
