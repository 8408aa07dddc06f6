import { boundedText } from '../../values/index.js';
import { fieldsOf, isObject, nameOf, textOf } from './json-reader.js';

/** An error that a vendor reported inside an answer with status 200. Has the fields of the SDKs' errors, so it is judged as they are. */
export class ReportedError extends Error {
  override readonly name = 'ReportedError';

  constructor(
    message: string,
    /** Where its code is one of HTTP's. */
    readonly status: number | undefined,
    readonly error: { readonly message: string; readonly code?: string; readonly type?: string },
  ) {
    super(message);
  }
}

/** Bytes of what a vendor says of an error. */
const longestMessage = 2048;

/**
 * The error in a JSON body or in one of its choices, if there is one: `{ error: { message, code } }` (OpenAI, OpenRouter, Groq),
 * `{ error: 'text' }` (LM Studio, Ollama), `{ object: 'error', message, code }` (vLLM), `{ type: 'error', error }` (Anthropic).
 */
export function reportedError(body: unknown): ReportedError | undefined {
  const fields = fieldsOf(body);
  const { error } = fields;
  const isFlat = fields['object'] === 'error' || fields['type'] === 'error';
  if (typeof error === 'string' && error.trim() !== '') return made({ ...fields, message: error });
  if (isObject(error) && Object.values(error).some((value) => value !== null)) return made(error);
  return isFlat || error === true ? made(fields) : undefined;
}

/** A finish reason that says nothing but that there was an error. */
export function unexplainedError(): ReportedError {
  return made({ message: 'the vendor says that the answer ended in an error, and not in which' });
}

function made(fields: Readonly<Record<string, unknown>>): ReportedError {
  const status = nameOf(fields['status']);
  const code = nameOf(fields['code']) ?? status;
  const type = textOf(fields['type']);
  const message = boundedText(described(fields), longestMessage);
  return new ReportedError(message, statusOf(status) ?? statusOf(code), {
    message,
    ...(code === undefined ? {} : { code }),
    ...(type === undefined ? {} : { type }),
  });
}

/** OpenRouter's own message says no more than that its provider failed; what that one said is in `metadata`. */
function described({ message, metadata, detail }: Readonly<Record<string, unknown>>): string {
  const said = textOf(message) ?? textOf(detail) ?? 'the vendor reports an error without a message';
  const { raw, provider_name: provider } = fieldsOf(metadata);
  const origin = [textOf(provider), textOf(raw)].filter((text) => text !== undefined).join(': ');
  return origin === '' ? said : `${said} (${origin})`;
}

function statusOf(code: string | undefined): number | undefined {
  return code !== undefined && /^[45]\d\d$/.test(code) ? Number(code) : undefined;
}
