import { messageText, type Message, type ModelRequest } from 'nestjs-nestor';
import { referencesIn } from '../extraction.js';
import { plain } from '../text.js';

/** The result of a tool, as a model sees it. */
export interface Given {
  readonly text: string;
  readonly failed: boolean;
}

/** What the rules of a chat look at: what the customer says now, and what tools have given since. */
export class ChatView {
  /** What the customer says now. */
  readonly said: string;
  /** All that customers have said. */
  readonly told: string;
  private readonly results: ReadonlyMap<string, readonly Given[]>;

  constructor({ messages }: Pick<ModelRequest, 'messages'>) {
    const asked = messages.findLastIndex(({ role }) => role === 'user');
    this.said = textOf(messages[asked]);
    this.told = messages
      .filter(({ role }) => role === 'user')
      .map(textOf)
      .join('\n');
    const results = new Map<string, Given[]>();
    for (const message of messages.slice(asked + 1)) {
      if (message.role !== 'tool') continue;
      const given = { text: textOf(message), failed: message.isError === true };
      results.set(message.name, [...(results.get(message.name) ?? []), given]);
    }
    this.results = results;
  }

  /** The last result of a tool since the customer has spoken. */
  result(tool: string): Given | undefined {
    return this.results.get(tool)?.at(-1);
  }

  /** The order that was named last. */
  get order(): string | undefined {
    return referencesIn(this.told).findLast((one) => /^MB-\d{4,}$/.test(one));
  }

  says(words: RegExp): boolean {
    return words.test(plain(this.said));
  }
}

function textOf(message: Message | undefined): string {
  return message === undefined ? '' : messageText(message.content);
}
