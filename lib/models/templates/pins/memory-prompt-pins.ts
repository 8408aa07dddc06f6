import type { Clock } from '../../../clock/index.js';
import type { MemoryStore } from '../../../journal/index.js';
import { type PromptPinChange, PromptPins } from './prompt-pins.js';

/** Pins where there is no database. */
export class MemoryPromptPins extends PromptPins {
  constructor(
    private readonly store: MemoryStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** The oldest first: what this class has put there. */
  private get kept(): PromptPinChange[] {
    return this.store.promptPins as PromptPinChange[];
  }

  async read(): Promise<ReadonlyMap<string, string>> {
    const last = new Map(this.kept.map(({ name, version }) => [name, version]));
    return new Map([...last].flatMap(([name, version]) => (version === null ? [] : [[name, version]])));
  }

  async change(change: Omit<PromptPinChange, 'at'>): Promise<void> {
    this.kept.push({ ...change, at: new Date(this.clock.now()) });
  }

  async changes(limit: number): Promise<readonly PromptPinChange[]> {
    return this.kept.toReversed().slice(0, limit);
  }
}
