import { sentFields } from '../models/index.js';
import { type JsonValue, sha256, toJson } from '../values/index.js';

/** Characters of base64 above which a cassette holds the hash of a picture or a file. */
const longest = 1_000;

/** What of a request a vendor sees, as data; large pictures and files by their hash. */
export function comparable(request: unknown): JsonValue {
  const data = toJson(request, 'the request') ?? null;
  if (!isObject(data)) return data;
  return withoutBytes(sentFields(data));
}

function withoutBytes(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutBytes);
  if (!isObject(value)) return value;
  const isMedia = value['type'] === 'image' || value['type'] === 'file';
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const isLong = isMedia && name === 'data' && typeof one === 'string' && one.length > longest;
      return [name, isLong ? `sha256:${sha256(one)}` : withoutBytes(one)];
    }),
  );
}

function isObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
