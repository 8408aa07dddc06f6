import type { NestorFields, UIChunk } from './ui-chunk.js';

type Kind = 'text' | 'reasoning';

/** The texts of one call of an agent that may still become longer, or void. */
export class OpenParts {
  private readonly ids = new Map<Kind, string>();

  /** @param nextId gives an id that no part of the message has */
  constructor(private readonly nextId: (kind: Kind) => string) {}

  add(kind: Kind, delta: string): readonly UIChunk[] {
    const id = this.ids.get(kind);
    if (id !== undefined) return [{ type: `${kind}-delta`, id, delta }];
    // A model has thought before it speaks.
    const ended = this.close();
    const fresh = this.nextId(kind);
    this.ids.set(kind, fresh);
    return [...ended, { type: `${kind}-start`, id: fresh }, { type: `${kind}-delta`, id: fresh, delta }];
  }

  end(): readonly UIChunk[] {
    return this.close();
  }

  /** The protocol can't take a text back: it is marked, and readers leave it out. */
  void(): readonly UIChunk[] {
    return this.close({ nestor: { void: true } });
  }

  private close(providerMetadata?: NestorFields): readonly UIChunk[] {
    const chunks = [...this.ids].map(([kind, id]): UIChunk => {
      const type = `${kind}-end` as const;
      return providerMetadata ? { type, id, providerMetadata } : { type, id };
    });
    this.ids.clear();
    return chunks;
  }
}
