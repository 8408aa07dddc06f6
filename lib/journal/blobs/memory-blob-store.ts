import type { MemoryStore } from '../memory/memory-store.js';
import { type Blob, BlobStore } from './blob-store.js';

export class MemoryBlobStore extends BlobStore {
  constructor(private readonly store: MemoryStore) {
    super();
  }

  async put(runId: string, blobs: readonly Blob[]): Promise<void> {
    const kept = this.of(runId);
    for (const { hash, bytes } of blobs) if (!kept.has(hash)) kept.set(hash, Uint8Array.from(bytes));
  }

  async get(runId: string, hash: string): Promise<Uint8Array | undefined> {
    return this.store.blobs.get(runId)?.get(hash);
  }

  async copy(from: string, to: string): Promise<void> {
    const blobs = this.store.blobs.get(from);
    if (blobs) this.store.blobs.set(to, new Map([...this.of(to), ...blobs]));
  }

  private of(runId: string): Map<string, Uint8Array> {
    const kept = this.store.blobs.get(runId) ?? new Map<string, Uint8Array>();
    this.store.blobs.set(runId, kept);
    return kept;
  }
}
