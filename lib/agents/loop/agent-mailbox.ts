import type { Dialogue, Message } from '../../models/index.js';
import { currentScope, type SaidMessage } from '../../scope/index.js';

/** What a user has said, in the conversation of the model. */
interface TakenMessage {
  readonly id: string;
  readonly message: Message;
}

/** Where a request tells what a user has said. */
export interface SaidPlace {
  /** Of what was said. */
  readonly id: string;
  /** 1 is the last message of the request. */
  readonly fromEnd: number;
}

/** What users say to an agent while it works: it is told of it at the beginning of its next turn. */
export class AgentMailbox {
  /** What the model is told of in the next request, which has it on record. */
  private taken: readonly TakenMessage[] = [];
  private readonly told = new Set<string>();

  /** @param call key of the agent's call */
  constructor(private readonly call: string) {}

  get isEmpty(): boolean {
    return this.waiting().length === 0;
  }

  /** The model is told of all that has come. */
  empty(dialogue: Pick<Dialogue, 'tell'>): void {
    const taken = this.waiting().map(({ id, text }) => ({ id, message: dialogue.tell(text) }));
    for (const { id } of taken) this.told.add(id);
    this.taken = [...this.taken, ...taken];
  }

  /** Where a request of these messages tells what has not been told before. */
  placesIn(messages: readonly Message[]): readonly SaidPlace[] {
    return this.taken.map(({ id, message }) => ({
      id,
      fromEnd: messages.length - messages.indexOf(message),
    }));
  }

  /** What comes too late to be told. */
  untold(): readonly Message[] {
    return this.waiting().map(({ text }) => ({ role: 'user', content: text }));
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
