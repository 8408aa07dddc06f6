import {
  AbstractChat,
  isToolUIPart,
  type ChatInit,
  type ChatState,
  type ChatStatus,
  type UIMessage,
} from 'ai';

/** The state that `useChat` keeps in React, without React. */
class PlainState implements ChatState<UIMessage> {
  status: ChatStatus = 'ready';
  error: Error | undefined = undefined;
  messages: UIMessage[];

  constructor(messages: readonly UIMessage[]) {
    this.messages = [...messages];
  }

  pushMessage = (message: UIMessage): void => {
    this.messages = [...this.messages, message];
  };

  popMessage = (): void => {
    this.messages = this.messages.slice(0, -1);
  };

  replaceMessage = (index: number, message: UIMessage): void => {
    this.messages = this.messages.with(index, structuredClone(message));
  };

  snapshot = <T>(thing: T): T => structuredClone(thing);
}

/** The client behind `useChat`. */
export class TestChat extends AbstractChat<UIMessage> {
  constructor({ messages = [], ...init }: ChatInit<UIMessage>) {
    super({ ...init, state: new PlainState(messages) });
  }

  /** What is to be read in the last message: texts that are not void, tools with their states, data. */
  get shown(): string[] {
    return shownOf(this.lastMessage);
  }
}

export function shownOf(message: UIMessage | undefined): string[] {
  return (message?.parts ?? []).flatMap((part) => {
    if (part.type === 'text') return part.providerMetadata?.['nestor']?.['void'] === true ? [] : [part.text];
    if (part.type.startsWith('tool-') && 'state' in part && 'toolCallId' in part) {
      const { state, output, errorText } = part as { state: string; output?: unknown; errorText?: string };
      const result = output === undefined ? (errorText ?? '') : JSON.stringify(output);
      return [`${part.type} ${state} ${result}`.trim()];
    }
    if (part.type.startsWith('data-') && 'data' in part) return [`${part.type} ${JSON.stringify(part.data)}`];
    return [];
  });
}

/** Everything that was asked is answered, as `docs/chat.md` has it. */
export function isAnswered({ messages }: { messages: UIMessage[] }): boolean {
  const asked = (messages.at(-1)?.parts ?? []).flatMap((part) =>
    isToolUIPart(part) && (part.state.startsWith('approval-') || reviewOf(part.toolMetadata))
      ? [part.state]
      : [],
  );
  return (
    asked.length > 0 && !asked.some((state) => state === 'approval-requested' || state === 'input-available')
  );
}

function reviewOf(metadata: { readonly [key: string]: unknown } | undefined): unknown {
  return (metadata?.['nestor'] as { readonly reviewId?: string } | undefined)?.reviewId;
}
