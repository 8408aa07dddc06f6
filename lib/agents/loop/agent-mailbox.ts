import type { Dialogue } from '../../models/index.js';
import { currentScope, type SaidMessage } from '../../scope/index.js';

/** What users say to an agent while it works: it is told of it at the beginning of its next turn. */
export class AgentMailbox {
  /** Ids of what the model is told of in the next request, which has it on record. */
  taken: readonly string[] = [];
  private readonly told = new Set<string>();

  /** @param call key of the agent's call */
  constructor(private readonly call: string) {}

  get isEmpty(): boolean {
    return this.waiting().length === 0;
  }

  /** The model is told of all that has come. */
  empty(dialogue: Pick<Dialogue, 'tell'>): void {
    const waiting = this.waiting();
    for (const { id, text } of waiting) {
      this.told.add(id);
      dialogue.tell(text);
    }
    this.taken = [...this.taken, ...waiting.map(({ id }) => id)];
  }

  /** A request has told of it. */
  recorded(): void {
    this.taken = [];
  }

  private waiting(): readonly SaidMessage[] {
    const said = currentScope()?.said() ?? [];
    return said.filter(({ id, call }) => (call === undefined || call === this.call) && !this.told.has(id));
  }
}
