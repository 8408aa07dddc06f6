import { MockLanguageModelV3 } from 'ai/test';
import { nextCalls } from './contender.js';

type Generate = MockLanguageModelV3['doGenerate'];
type Stream = MockLanguageModelV3['doStream'];
type Prompt = Parameters<Generate>[0]['prompt'];
type Content = Awaited<ReturnType<Generate>>['content'];

const usage = {
  inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 10, text: 10, reasoning: 0 },
};

/** A model of the AI SDK that answers at once, for the libraries that take such. */
export function instantModel(): MockLanguageModelV3 {
  return new MockLanguageModelV3({
    provider: 'instant',
    modelId: 'a',
    doGenerate: generate,
    doStream: stream,
  });
}

async function generate({ prompt }: Parameters<Generate>[0]): Promise<Awaited<ReturnType<Generate>>> {
  const content = answerTo(prompt);
  return { content, finishReason: finishOf(content), usage, warnings: [] };
}

async function stream({ prompt }: Parameters<Stream>[0]): Promise<Awaited<ReturnType<Stream>>> {
  const content = answerTo(prompt);
  const parts = content.flatMap((part, index): object[] => {
    if (part.type === 'tool-call') return [part];
    const id = String(index);
    return [
      { type: 'text-start', id },
      { type: 'text-delta', id, delta: 'done' },
      { type: 'text-end', id },
    ];
  });
  const all = [
    { type: 'stream-start', warnings: [] },
    ...parts,
    { type: 'finish', finishReason: finishOf(content), usage },
  ];
  const streamed = new ReadableStream({
    start(controller) {
      for (const part of all) controller.enqueue(part);
      controller.close();
    },
  });
  // Its parts are those of the protocol.
  return { stream: streamed } as unknown as Awaited<ReturnType<Stream>>;
}

function answerTo(prompt: Prompt): Content {
  const said = prompt.filter(({ role }) => role === 'assistant').length;
  const user = prompt.find(({ role }) => role === 'user');
  const parts = Array.isArray(user?.content) ? user.content : [];
  const text = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
  const calls = nextCalls(text, said).map((toolName, index) => {
    const input = JSON.stringify({ id: `${said}.${index}` });
    return { type: 'tool-call' as const, toolCallId: `c${said}_${index}`, toolName, input };
  });
  return calls.length > 0 ? calls : [{ type: 'text', text: 'done' }];
}

function finishOf(content: Content) {
  const unified = content.some(({ type }) => type === 'tool-call') ? 'tool-calls' : 'stop';
  return { unified, raw: unified } as const;
}
