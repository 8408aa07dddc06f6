import { mask } from './mask-secrets.js';
import { maskedText } from './masked-text.js';
import { readProperty } from './read-property.js';

/** Levels, and entries of one list or object, beyond which the rest is left out. */
const deepest = 12;
const mostEntries = 200;
const cut = '[cut]';
const unreadable = '[unreadable]';
/** Fields that name what is in the `value` beside them, as lists of headers and of misfits have them. */
const naming = ['name', 'key', 'header', 'field', 'property', 'path'] as const;

/**
 * Any value as JSON of at most about that many bytes: what is too much, too deep, circular or unreadable is replaced by
 * a mark, and so are secrets: in its texts, as `maskSecrets` knows them, and whatever is under the name of one
 * (`authorization`, `apiKey`). For facts about failures, where something is better than nothing. Never throws.
 */
export function boundedData(value: unknown, limit: number): unknown {
  try {
    return new Reading(limit).read(value, []);
  } catch {
    return unreadable;
  }
}

class Reading {
  constructor(private left: number) {}

  read(value: unknown, ancestors: readonly object[]): unknown {
    switch (typeof value) {
      case 'string':
        return this.text(value);
      case 'number':
        this.left -= 8;
        // JSON has no minus zero.
        return Number.isFinite(value) ? value + 0 : String(value);
      case 'boolean':
        this.left -= 5;
        return value;
      case 'undefined':
        return undefined;
      case 'object':
        return value === null ? null : this.container(value, ancestors);
      case 'bigint':
        return this.text(value > -(2n ** 256n) && value < 2n ** 256n ? String(value) : '[bigint]');
      default:
        this.left -= 12;
        return `[${typeof value}]`;
    }
  }

  /** Whether there is a secret is none. */
  private hidden(value: unknown): unknown {
    if (value === undefined || value === null || typeof value === 'boolean') return value;
    this.left -= mask.length;
    return mask;
  }

  private text(value: string): string {
    if (this.left < 128) return cut;
    const text = maskedText(value, this.left);
    // A long text that was all secret has taken its time too.
    const read = Math.min(value.length, 4 * this.left);
    this.left -= Math.max(Buffer.byteLength(JSON.stringify(text)), Math.ceil(read / 4));
    return text;
  }

  private container(value: object, ancestors: readonly object[]): unknown {
    if (ancestors.length >= deepest || ancestors.includes(value)) return cut;
    const inner = [...ancestors, value];
    try {
      const own = readProperty(value, 'toJSON');
      const form: unknown = typeof own === 'function' ? Reflect.apply(own, value, ['']) : value;
      if (form !== value) return this.read(form, inner);
      return Array.isArray(value) ? this.list(value, inner) : this.record(value, inner);
    } catch {
      this.left -= unreadable.length;
      return unreadable;
    }
  }

  private list(values: readonly unknown[], ancestors: readonly object[]): unknown[] {
    const copy: unknown[] = [];
    for (let index = 0; index < values.length; index += 1) {
      if (index >= mostEntries || this.left <= 0) return [...copy, cut];
      this.left -= 5;
      const value = values[index];
      const isSecret = index % 2 === 1 && isSecretHeader(values[index - 1]);
      copy.push((isSecret ? this.hidden(value) : this.read(value, ancestors)) ?? null);
    }
    return copy;
  }

  private record(value: object, ancestors: readonly object[]): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    const isNamed = naming.some((field) => isSecretName(readProperty(value, field)));
    for (const [index, key] of Object.keys(value).entries()) {
      if (index >= mostEntries || this.left <= 0) break;
      const given = readProperty(value, key);
      const isSecret = isSecretName(key) || (isNamed && key === 'value');
      const inner = isSecret ? this.hidden(given) : this.read(given, ancestors);
      if (inner === undefined) continue;
      // plain assignment of '__proto__' would set the prototype instead
      Object.defineProperty(copy, maskedText(key, 256), {
        value: inner,
        enumerable: true,
        configurable: true,
        writable: true,
      });
      this.left -= 4 + Math.min(key.length, 256);
    }
    return copy;
  }
}

/** What a name has to end with, in lower case and without signs and trailing digits, to be that of a secret. */
const secret =
  /(?:^auth|authorization|cookie|password|passwd|pwd|passphrase|secret|token|jwt|credentials?|signature|apikey|(?:access|private|secret|signing|encryption|subscription|master)key)$/;
/** Names of headers that hold one. Unlike a mere `password`, they are not words that a list would have for another reason. */
const header =
  /^(?:proxyauthorization|authorization|(?:set)?cookie|x?(?:[a-z]+)?(?:apikey|authtoken|subscriptionkey|securitytoken))$/;

/** Whether a field of that name holds a secret: `authorization`, `X-API-Key`, `client_secret`, `newPassword`. */
function isSecretName(name: unknown): boolean {
  return typeof name === 'string' && name.length <= 128 && secret.test(bare(name));
}

/** Whether it names a header whose value is a secret: what follows it in a list of headers is one. */
function isSecretHeader(name: unknown): boolean {
  return typeof name === 'string' && name.length <= 128 && header.test(bare(name));
}

function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]|\d+$/g, '');
}
