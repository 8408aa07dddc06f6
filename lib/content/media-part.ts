import { InputValidationError } from '../errors/index.js';
import { readProperty, shortText } from '../text/index.js';
import { readCount } from '../values/index.js';
import { canonicalBase64 } from './base64.js';

/** Where the bytes of a part are: in it, or at an address from which the vendor fetches them. */
export type MediaSource =
  | {
      /** Base64, without a prefix: `readFileSync(path, 'base64')`. */
      readonly data: string;
      readonly url?: undefined;
    }
  | {
      /** `https:` or `http:`, where the vendor can reach it. A `data:` URL is read as `data`. */
      readonly url: string;
      readonly data?: undefined;
    }
  | MediaReference;

/** Stands for bytes above 16 kB that are kept beside the records of their run, which alone can use it. */
export interface MediaReference {
  /** Hexadecimal SHA-256 of the bytes. */
  readonly blob: string;
  /** How many there are. */
  readonly bytes: number;
  readonly data?: undefined;
  readonly url?: undefined;
}

/** A picture. Vendors take PNG, JPEG, GIF and WebP. */
export type ImagePart = MediaSource & {
  readonly type: 'image';
  /** `image/png`. @default what the first bytes of `data` say */
  readonly mediaType?: string;
};

/** A document, a recording, a text: what a vendor takes of these, its provider knows, and refuses the others. */
export type FilePart = MediaSource & {
  readonly type: 'file';
  /** `application/pdf` */
  readonly mediaType: string;
  /** What the model may call it. */
  readonly name?: string;
};

/** A part with bytes. */
export type MediaPart = ImagePart | FilePart;

/** A part whose bytes are at hand, or can be fetched: what vendors are sent. */
export type SendableMedia = Exclude<MediaPart, MediaReference>;

/** Whether something of a message is a part with bytes. */
export function isMedia(value: unknown): value is MediaPart {
  const type = readProperty(value, 'type');
  if (type !== 'image' && type !== 'file') return false;
  return ['data', 'url', 'blob'].some((source) => typeof readProperty(value, source) === 'string');
}

/** `type/subtype`, in lower case: https://www.rfc-editor.org/rfc/rfc6838#section-4.2 */
const mediaTypePattern = /^[a-z0-9][\w!#$&^.+-]{0,126}\/[a-z0-9][\w!#$&^.+-]{0,126}$/;

/**
 * A part with bytes as code hands it in.
 * @param where names it: `prompt[2].content[0]`
 * @throws {InputValidationError} if its bytes, address or media type can't be used
 */
export function readMedia(part: unknown, type: MediaPart['type'], where: string): MediaPart {
  const source = readSource(part, where);
  const given = readProperty(part, 'mediaType') ?? source.mediaType;
  const { mediaType: _, ...bytes } = source;
  if (type === 'image') {
    const mediaType = given ?? sniffed(source.data);
    if (mediaType === undefined && source.data !== undefined)
      throw refusal(
        `${where}.mediaType is missing, and the first bytes of its data are not those of a PNG, JPEG, GIF or WebP image`,
      );
    return mediaType === undefined
      ? { type, ...bytes }
      : { type, ...bytes, mediaType: readMediaType(mediaType, where, /^image\//) };
  }
  const name = readProperty(part, 'name');
  return {
    type,
    ...bytes,
    mediaType: readMediaType(given, where),
    ...(typeof name === 'string' && name !== '' ? { name } : {}),
  };
}

function readSource(part: unknown, where: string): MediaSource & { readonly mediaType?: string } {
  const [data, url, blob] = [
    readProperty(part, 'data'),
    readProperty(part, 'url'),
    readProperty(part, 'blob'),
  ];
  if (blob !== undefined && data === undefined && url === undefined) return readReference(part, blob, where);
  if ((data === undefined) === (url === undefined))
    throw refusal(`${where} has to have either 'data' (base64) or 'url'`);
  if (data !== undefined) return { data: readBase64(data, `${where}.data`) };
  if (typeof url !== 'string') throw refusal(`${where}.url has to be a text`);
  const embedded = /^data:([^;,]+);base64,/i.exec(url);
  if (embedded)
    return {
      data: readBase64(url.slice(embedded[0].length), `${where}.url`),
      mediaType: embedded[1]?.toLowerCase() ?? '',
    };
  if (/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) return { url };
  throw refusal(
    `${where}.url is '${shortText(url, 60)}': it has to begin with https:, http:, or data:<media type>;base64,`,
  );
}

/** What a result or a record of the run has held: whether there are such bytes, the run knows. */
function readReference(part: unknown, blob: unknown, where: string): MediaReference {
  const bytes = readCount(readProperty(part, 'bytes'));
  if (typeof blob === 'string' && /^[0-9a-f]{64}$/.test(blob) && bytes !== undefined) return { blob, bytes };
  throw refusal(`${where}.blob refers to bytes of a run by their SHA-256, and needs their number in 'bytes'`);
}

function readBase64(data: unknown, where: string): string {
  const bytes = typeof data === 'string' ? canonicalBase64(data) : undefined;
  if (bytes !== undefined) return bytes;
  const hint = data instanceof Uint8Array ? ': write `Buffer.from(bytes).toString("base64")`' : '';
  throw refusal(`${where} has to be the base64 of at least one byte${hint}`);
}

function readMediaType(given: unknown, where: string, kind = mediaTypePattern): string {
  const mediaType = typeof given === 'string' ? given.trim().toLowerCase() : '';
  if (mediaTypePattern.test(mediaType) && kind.test(mediaType)) return mediaType;
  const example = kind === mediaTypePattern ? 'application/pdf' : 'image/png';
  throw refusal(`${where}.mediaType has to be a media type like '${example}'`);
}

/** Source: https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern */
const signatures: Readonly<Record<string, RegExp>> = {
  'image/png': /^\x89PNG\r\n/,
  'image/jpeg': /^\xff\xd8\xff/,
  'image/gif': /^GIF8[79]a/,
  'image/webp': /^RIFF[^]{4}WEBP/,
};

function sniffed(data: string | undefined): string | undefined {
  if (data === undefined) return undefined;
  const start = Buffer.from(data.slice(0, 24), 'base64').toString('latin1');
  return Object.keys(signatures).find((type) => signatures[type]?.test(start));
}

function refusal(what: string): InputValidationError {
  return new InputValidationError(`${what}.`);
}
