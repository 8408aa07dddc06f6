import { PayloadError } from '../../errors/index.js';
import type { JsonValue } from './json.js';
import { ignoreRejection } from '../ignore-rejection.js';
import { jsonPath, type PathKey } from './json-path.js';
import { boundedText, storableText } from '../../text/index.js';

/** Largest payload of one record unless the module's `payloadLimit` says otherwise: 1 MiB of UTF-8. */
export const defaultPayloadLimit = 1_048_576;

/** Most bytes of one picture or file unless the module's `mediaLimit` says otherwise: 32 MiB, what a vendor takes in one request. */
export const defaultMediaLimit = 33_554_432;

/** What values of this application may have: most bytes (UTF-8) of one, and most bytes of one picture or file beside it. */
export class PayloadLimit {
  constructor(
    readonly bytes: number = defaultPayloadLimit,
    readonly mediaBytes: number = defaultMediaLimit,
  ) {}
}

/** Bytes of a place as an error names it. */
const longestPath = 512;
/** Deeper values would overflow the stack of V8's or PostgreSQL's JSON parser. */
const deepest = 500;
/** JSON would turn these into `{}` without a word. */
const lossy = /^\[object (Map|Set|WeakMap|WeakSet|Promise|RegExp|Error|ArrayBuffer)\]$/;
const boxed = /^\[object (String|Number|Boolean)\]$/;

/**
 * `converted`: what has a JSON form of its own (dates, buffers, `toJSON`, class instances) goes by it. `exact`: it is
 * refused, since the reader of the JSON would get something other than what was passed in.
 */
export type JsonForm = 'converted' | 'exact';

/**
 * What the journal holds of a value: its JSON round trip, deeply frozen. Strings are made well-formed, NUL becomes
 * U+FFFD, `undefined` properties are dropped, class instances go by `toJSON` or their own enumerable properties.
 *
 * @param where names the value in the error: `SupportTicketWorkflow.draft`
 * @param limit bytes of UTF-8 that the JSON may have
 * @param form whether objects that JSON would change are converted or refused
 * @throws {PayloadError} for functions, symbols, BigInt, cycles, NaN, infinities, maps, sets, promises, errors, and
 *   JSON above the limit; `details.path` says where.
 */
export function toJson(
  value: unknown,
  where: string,
  limit = defaultPayloadLimit,
  form: JsonForm = 'converted',
): JsonValue | undefined {
  const walk = new Walk(where, limit, form);
  try {
    return walk.visit(value, null);
  } catch (error) {
    if (error instanceof PayloadError) throw error;
    throw walk.refusal(null, 'cannot be read: its getter or toJSON throws', error);
  }
}

/** One pass: copies, checks, counts and freezes. A key of `null` means the same place as the container's. */
class Walk {
  private bytes = 0;
  private readonly ancestors: object[] = [];
  private readonly keys: PathKey[] = [];

  constructor(
    private readonly where: string,
    private readonly limit: number,
    private readonly form: JsonForm,
  ) {}

  visit(value: unknown, key: PathKey): JsonValue | undefined {
    switch (typeof value) {
      case 'string':
        return this.text(value, key);
      case 'number':
        if (!Number.isFinite(value)) throw this.refusal(key, `is ${value}, which JSON does not know`);
        // JSON knows no negative zero, and String() agrees
        this.count(String(value).length, key);
        return value === 0 ? 0 : value;
      case 'boolean':
        this.count(value ? 4 : 5, key);
        return value;
      case 'undefined':
        return undefined;
      case 'object':
        if (value !== null) return this.container(value, key);
        this.count(4, key);
        return null;
      case 'bigint':
        throw this.refusal(key, 'is a BigInt: convert it to a string or a number first');
      default:
        throw this.refusal(key, `is a ${typeof value}: hand on data only`);
    }
  }

  refusal(key: PathKey, problem: string, cause?: unknown): PayloadError {
    const path = boundedText(jsonPath([...this.keys, key]), longestPath);
    const where = boundedText(this.where, longestPath);
    return new PayloadError(`${where}: the value cannot be journaled, since ${path} ${problem}`, {
      details: { where, path },
      ...(cause === undefined ? {} : { cause }),
    });
  }

  private container(value: object, key: PathKey): JsonValue | undefined {
    if (this.ancestors.includes(value)) throw this.refusal(key, 'is a cycle: it leads back to itself');
    if (this.ancestors.length >= deepest) throw this.refusal(key, `is nested deeper than ${deepest} levels`);
    this.ancestors.push(value);
    this.keys.push(key);
    const copy = this.copy(value);
    this.ancestors.pop();
    this.keys.pop();
    return copy;
  }

  private copy(value: object): JsonValue | undefined {
    const { toJSON } = value as { toJSON?: unknown };
    if (this.form === 'exact') this.refuseIfConverted(value, toJSON);
    if (typeof toJSON === 'function') {
      const result: unknown = toJSON.call(value, String(this.keys.at(-1) ?? ''));
      if (result !== value) return this.visit(result, null);
    }
    if (Array.isArray(value)) return this.list(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      const tag = Object.prototype.toString.call(value);
      if (boxed.test(tag)) return this.visit(value.valueOf(), null);
      const kind = lossy.exec(tag)?.[1];
      ignoreRejection(value);
      if (kind)
        throw this.refusal(null, `is a ${kind}, which JSON loses: make it a plain object or an array`);
    }
    return this.record(value as Record<string, unknown>);
  }

  private refuseIfConverted(value: object, toJSON: unknown): void {
    const advice = 'hand on plain data, or give the schema that makes it of plain data';
    if (typeof toJSON === 'function') throw this.refusal(null, `has a toJSON method: ${advice}`);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === null || prototype === Object.prototype || Array.isArray(value)) return;
    if (ArrayBuffer.isView(value) || hasBehaviour(prototype as object))
      throw this.refusal(null, `is an instance of a class with behaviour, which JSON loses: ${advice}`);
  }

  private list(values: readonly unknown[]): JsonValue {
    this.count(1 + Math.max(values.length, 1), null);
    const copy: JsonValue[] = [];
    for (let index = 0; index < values.length; index++) copy.push(this.element(values[index], index));
    return Object.freeze(copy);
  }

  /** In arrays JSON writes `null` for `undefined`. */
  private element(value: unknown, index: number): JsonValue {
    const copy = this.visit(value, index);
    if (copy !== undefined) return copy;
    this.count(4, index);
    return null;
  }

  private record(value: Record<string, unknown>): JsonValue {
    const copy: Record<string, JsonValue> = {};
    let properties = 0;
    for (const key of Object.keys(value)) {
      const inner = this.visit(value[key], key);
      if (inner === undefined) continue;
      this.put(copy, key, inner);
      properties++;
    }
    // braces, and for each property its colon and its comma but the last
    this.count(1 + Math.max(2 * properties, 1), null);
    return Object.freeze(copy);
  }

  private put(copy: Record<string, JsonValue>, key: string, value: JsonValue): void {
    const name = this.text(key, key);
    // plain assignment would set the prototype instead
    if (name !== '__proto__') copy[name] = value;
    else Object.defineProperty(copy, name, { value, enumerable: true });
  }

  private text(value: string, key: PathKey): string {
    const { text, bytes } = storableText(value);
    this.count(bytes, key);
    return text;
  }

  private count(bytes: number, key: PathKey): void {
    this.bytes += bytes;
    if (this.bytes > this.limit) {
      throw this.refusal(
        key,
        `is where it exceeds the limit of ${this.limit} bytes: hand on a reference (an id, a URL), or raise payloadLimit`,
      );
    }
  }
}

/** Whether a class of the user's, or one that it extends, has anything but its constructor. */
function hasBehaviour(prototype: object): boolean {
  for (let one = prototype; one && one !== Object.prototype; one = Object.getPrototypeOf(one) as object)
    if (Reflect.ownKeys(one).some((key) => key !== 'constructor')) return true;
  return false;
}
