import {
  isMedia,
  type MediaPart,
  type MediaReference,
  type MessageContent,
  type MessagePart,
} from '../content/index.js';
import { InputValidationError, PayloadError } from '../errors/index.js';
import type { BlobStore } from '../journal/index.js';
import { sha256 } from '../values/index.js';

/** Bytes up to here stand in the records themselves. */
const largestInRecords = 16_384;

/**
 * The pictures and files of one conversation. Records refer to the large ones by their hash, and the bytes are kept once a
 * run, so that a loop of n turns neither hashes nor records them n times.
 */
export class ConversationMedia {
  /** Base64, by hash. */
  private readonly atHand = new Map<string, string>();
  private readonly references = new Map<string, MediaReference>();
  /** `run hash` of what is on disk. */
  private readonly stored = new Set<string>();

  /** @param limit most bytes of one picture or file */
  constructor(
    private readonly blobs: BlobStore,
    private readonly limit: number,
  ) {}

  /** The same with references in place of large bytes, which are taken in here. @throws {PayloadError} above the limit */
  referring(content: MessageContent): MessageContent {
    return mapMedia(content, (part) => {
      if (part.data === undefined) return part;
      const size = Buffer.byteLength(part.data, 'base64');
      if (size > this.limit) throw tooLarge(part, size, this.limit);
      return size <= largestInRecords ? part : withSource(part, this.referenceTo(part.data, size));
    });
  }

  /** The other way round, as far as the bytes are here. */
  restored(content: MessageContent): MessageContent {
    return mapMedia(content, (part) => {
      const data = 'blob' in part ? this.atHand.get(part.blob) : undefined;
      return data === undefined ? part : withSource(part, { data });
    });
  }

  /** Puts on disk what contents refer to. Undefined where all of it is there. */
  store(runId: string, contents: readonly MessageContent[]): Promise<void> | undefined {
    const missing = new Map<string, string>();
    for (const { blob } of referencesIn(contents)) {
      const data = this.atHand.get(blob);
      if (data !== undefined && !this.stored.has(`${runId} ${blob}`)) missing.set(blob, data);
    }
    if (missing.size === 0) return undefined;
    const blobs = [...missing].map(([hash, data]) => ({ hash, bytes: Buffer.from(data, 'base64') }));
    return this.blobs.put(runId, blobs).then(() => {
      for (const { hash } of blobs) this.stored.add(`${runId} ${hash}`);
    });
  }

  /** Brings the bytes here that contents refer to. @throws {InputValidationError} if the run has none of that hash */
  async load(runId: string, contents: readonly MessageContent[]): Promise<void> {
    for (const reference of referencesIn(contents)) {
      const { blob } = reference;
      if (this.atHand.has(blob)) continue;
      const bytes = await this.blobs.get(runId, blob);
      if (!bytes) throw notStored(runId, blob);
      this.atHand.set(blob, Buffer.from(bytes).toString('base64'));
      this.stored.add(`${runId} ${blob}`);
    }
  }

  private referenceTo(data: string, bytes: number): MediaReference {
    const known = this.references.get(data);
    if (known) return known;
    const reference = { blob: sha256(Buffer.from(data, 'base64')), bytes };
    this.references.set(data, reference);
    this.atHand.set(reference.blob, data);
    return reference;
  }
}

function referencesIn(contents: readonly MessageContent[]): (MediaPart & MediaReference)[] {
  return contents.flatMap((content) =>
    typeof content === 'string'
      ? []
      : content.filter((part): part is MediaPart & MediaReference => isMedia(part) && 'blob' in part),
  );
}

function mapMedia(content: MessageContent, change: (part: MediaPart) => MessagePart): MessageContent {
  if (typeof content === 'string') return content;
  return content.map((part) => (isMedia(part) ? change(part) : part));
}

/** The same part, its bytes elsewhere. */
function withSource(part: MediaPart, source: { readonly data: string } | MediaReference): MediaPart {
  const { type, mediaType } = part;
  const name = part.type === 'file' ? part.name : undefined;
  return {
    type,
    ...source,
    ...(mediaType === undefined ? {} : { mediaType }),
    ...(name === undefined ? {} : { name }),
  } as MediaPart;
}

function tooLarge({ type, mediaType }: MediaPart, size: number, limit: number): PayloadError {
  return new PayloadError(
    `A part of a message, ${type} ${mediaType ?? ''}, has ${size} bytes; most is ${limit}. Make it smaller, pass its url, or raise 'mediaLimit' of the module options.`,
    { details: { size, limit } },
  );
}

function notStored(runId: string, blob: string): InputValidationError {
  return new InputValidationError(
    `A part of a message refers to bytes ${blob} that are not kept with the run ${runId}. A reference holds only within its run: elsewhere pass 'data' or 'url'.`,
    { details: { runId, blob } },
  );
}
