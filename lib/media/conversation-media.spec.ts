import { describe, expect, it } from '@jest/globals';
import type { MessagePart } from '../content/index.js';
import { type Blob, MemoryBlobStore, MemoryStore } from '../journal/index.js';
import { sha256 } from '../values/index.js';
import { conversationMedia } from './conversation-media.fixture.js';
import { ConversationMedia } from './conversation-media.js';

const bytes = Buffer.alloc(16_385, 7);
const large = { type: 'image', mediaType: 'image/png', data: bytes.toString('base64') } as const;
const small = {
  type: 'image',
  mediaType: 'image/png',
  data: Buffer.alloc(16_384).toString('base64'),
} as const;
const reference = { type: 'image', mediaType: 'image/png', blob: sha256(bytes), bytes: 16_385 } as const;
const text = { type: 'text', text: 'see' } as const;

/** Counts what is written. */
class CountingStore extends MemoryBlobStore {
  readonly written: string[] = [];
  override async put(runId: string, blobs: readonly Blob[]): Promise<void> {
    this.written.push(...blobs.map(({ hash }) => `${runId} ${hash}`));
    return super.put(runId, blobs);
  }
}

describe('the pictures and files of a conversation', () => {
  it('above 16 kB are referred to by their hash, and come back as they were', () => {
    const media = conversationMedia();
    const content: readonly MessagePart[] = [text, small, large];
    const referring = media.referring(content);
    expect(referring).toEqual([text, small, reference]);
    expect(media.restored(referring)).toEqual(content);
    expect(media.referring('a text')).toBe('a text');
  });

  it('are written once for each run, however often they are referred to', async () => {
    const store = new CountingStore(new MemoryStore());
    const media = conversationMedia(store);
    const content = media.referring([large, large]);
    await media.store('a', [content, content]);
    expect(media.store('a', [content])).toBeUndefined();
    await media.store('b', [content]);
    expect(store.written).toEqual([`a ${reference.blob}`, `b ${reference.blob}`]);
  });

  it('are read again where another process has written them', async () => {
    const store = new CountingStore(new MemoryStore());
    const before = conversationMedia(store);
    await before.store('a', [before.referring([large])]);
    const after = conversationMedia(store);
    await after.load('a', [[reference]]);
    expect(after.restored([reference])).toEqual([large]);
    expect(after.store('a', [[reference]])).toBeUndefined();
  });

  it('of another run can not be had by their hash', async () => {
    const store = new CountingStore(new MemoryStore());
    const theirs = conversationMedia(store);
    await theirs.store('theirs', [theirs.referring([large])]);
    await expect(conversationMedia(store).load('mine', [[reference]])).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
      message: expect.stringContaining('not kept with the run mine'),
    });
  });

  it('above the limit are refused by name', () => {
    const media = new ConversationMedia(new MemoryBlobStore(new MemoryStore()), 20_000);
    expect(() => media.referring([{ ...large, data: Buffer.alloc(20_001).toString('base64') }])).toThrow(
      /image image\/png, has 20001 bytes; most is 20000.*mediaLimit/,
    );
  });
});
