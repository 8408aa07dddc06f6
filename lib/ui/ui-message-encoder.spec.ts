import { describe, expect, it } from '@jest/globals';
import { readUIMessageStream, type UIMessage, type UIMessageChunk, uiMessageChunkSchema } from 'ai';
import fc from 'fast-check';
import type { AgentEvent, AgentEventBody } from '../agents/index.js';
import type { UIChunk } from './ui-chunk.js';
import { UIMessageEncoder } from './ui-message-encoder.js';

const own = { agent: 'help', call: 'k', depth: 0 } as const;
const inner = { agent: 'shop', call: 'k/shop', depth: 1 } as const;

const turn = (number: number, of = own): AgentEventBody => ({ type: 'turn.started', turn: number, ...of });
const text = (said: string, of: typeof own | typeof inner = own): AgentEventBody => ({
  type: 'text',
  text: said,
  ...of,
});
const called = (toolCallId: string, of: typeof own | typeof inner = own): AgentEventBody => ({
  type: 'tool.called',
  toolCallId,
  name: 'order',
  arguments: { number: toolCallId },
  ...of,
});
const result = (toolCallId: string, of: typeof own | typeof inner = own): AgentEventBody => ({
  type: 'tool.result',
  toolCallId,
  name: 'order',
  result: `ordered ${toolCallId}`,
  isError: false,
  ...of,
});
const asked = (reviewId: string, toolCallId: string, call: string = own.call): AgentEventBody => ({
  type: 'review.requested',
  reviewId,
  kind: 'call',
  choices: ['approve', 'reject'],
  toolCallId,
  call,
  mayDecide: true,
  waitingFor: { roles: [], users: ['ann'] },
});
const decided = (reviewId: string, toolCallId: string, choice: 'approve' | 'reject'): AgentEventBody => ({
  type: 'review.decided',
  reviewId,
  choice,
  toolCallId,
  call: own.call,
});
const waiting = (...reviewIds: string[]): AgentEventBody => ({
  type: 'waiting',
  waits: reviewIds.map((reviewId) => ({ for: 'review', reviewId })),
});
const done: AgentEventBody = {
  type: 'done',
  text: '',
  stop: { kind: 'answer', condition: 'answer', reason: '' } as never,
  ...own,
};

const placed = (bodies: readonly AgentEventBody[]): AgentEvent[] =>
  bodies.map((body, index) => ({ ...body, position: `${index + 1}.0.1` }));

function written(bodies: readonly AgentEventBody[], after?: string) {
  const encoder = new UIMessageEncoder({ runId: 'run-1', after, errorText: ({ message }) => message });
  const chunks: UIChunk[] = [...encoder.start()];
  for (const event of placed(bodies)) {
    chunks.push(...encoder.event(event));
    if (encoder.isReadersTurn) break;
  }
  return { chunks: [...chunks, ...encoder.finish()], isReadersTurn: encoder.isReadersTurn };
}

/** What the AI SDK makes of it. @throws if it refuses a chunk */
async function readBy(chunks: readonly UIChunk[], message?: UIMessage): Promise<UIMessage> {
  const schema = uiMessageChunkSchema();
  for (const chunk of chunks) {
    const validated = await schema.validate?.(chunk);
    if (validated?.success === false) throw validated.error;
  }
  const stream = new ReadableStream<UIMessageChunk>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk as UIMessageChunk);
      controller.close();
    },
  });
  let last: UIMessage | undefined;
  const options = { stream, terminateOnError: true, ...(message ? { message } : {}) };
  for await (const read of readUIMessageStream(options)) last = read;
  if (!last) throw new Error('nothing was read');
  return last;
}

const partsOf = ({ parts }: UIMessage) => parts.filter(({ type }) => type !== 'step-start');

describe('UIMessageEncoder', () => {
  it('marks a text that is void, since the protocol can not take it back', async () => {
    const { chunks } = written([
      turn(1),
      text('Hel'),
      { type: 'restart', ...own },
      turn(1),
      text('Good day.'),
      done,
    ]);
    expect(partsOf(await readBy(chunks))).toMatchObject([
      { type: 'text', text: 'Hel', state: 'done', providerMetadata: { nestor: { void: true } } },
      { type: 'text', text: 'Good day.', state: 'done' },
    ]);
  });

  it('tells tool calls apart to which a vendor has given the same id', async () => {
    const { chunks } = written([turn(1), called('0'), result('0'), turn(2), called('0'), result('0'), done]);
    const ids = partsOf(await readBy(chunks)).map((part) => 'toolCallId' in part && part.toolCallId);
    expect(ids).toEqual(['0', '0-2']);
  });

  it('shows how far a tool has come as a preliminary result', async () => {
    const progress = { type: 'tool.progress', toolCallId: 'a', name: 'order', value: 0.5, ...own } as const;
    const before = await readBy(written([turn(1), called('a'), progress]).chunks);
    expect(partsOf(before)).toMatchObject([{ state: 'output-available', output: 0.5, preliminary: true }]);
    const after = await readBy(written([turn(1), called('a'), progress, result('a'), done]).chunks);
    expect(partsOf(after)).toMatchObject([{ output: 'ordered a' }]);
    expect(partsOf(after)[0]).not.toMatchObject({ preliminary: true });
  });

  it('leaves out what an agent says that is a tool of another one, and asks for what it has to ask', async () => {
    const { chunks, isReadersTurn } = written([
      turn(1),
      called('a'),
      text('secret thoughts', inner),
      called('b', inner),
      asked('r', 'b', inner.call),
      waiting('r'),
    ]);
    expect(isReadersTurn).toBe(true);
    expect(partsOf(await readBy(chunks))).toMatchObject([
      { toolCallId: 'a', state: 'input-available' },
      { toolCallId: 'b', state: 'approval-requested', approval: { id: 'r' } },
    ]);
  });

  it('goes on behind the place that the reader knows, in the same message', async () => {
    const before = [
      turn(1),
      text('A moment. '),
      called('a'),
      called('b'),
      asked('r', 'a'),
      result('b'),
      waiting('r'),
    ];
    const first = written(before);
    const message = await readBy(first.chunks);
    expect(message.metadata).toEqual({ nestor: { runId: 'run-1', position: '7.0.1' } });
    const rest = [decided('r', 'a', 'approve'), result('a'), turn(2), text('Ordered.'), done];
    const { chunks } = written([...before, ...rest], '7.0.1');
    const whole = await readBy(chunks, message);
    expect(whole.parts).toEqual((await readBy(written([...before.slice(0, -1), ...rest]).chunks)).parts);
  });

  it('does not ask a reader who comes after the decision', async () => {
    const { chunks, isReadersTurn } = written([
      turn(1),
      called('a'),
      asked('r', 'a'),
      decided('r', 'a', 'approve'),
    ]);
    expect(isReadersTurn).toBe(false);
    expect(partsOf(await readBy(chunks))).toMatchObject([{ toolCallId: 'a', state: 'input-available' }]);
  });

  it('shows data as data, not as the text that it came as', async () => {
    const { chunks } = written([
      turn(1),
      { type: 'text', text: '{"city"', isData: true, ...own },
      { type: 'output.partial', output: {}, ...own },
      { type: 'output.partial', output: { city: 'Bonn' }, ...own },
      { ...done, type: 'done', output: { city: 'Bonn' } } as AgentEventBody,
    ]);
    expect(partsOf(await readBy(chunks))).toEqual([
      { type: 'data-output', id: 'output-k', data: { city: 'Bonn' } },
    ]);
  });

  it('ends with a step without tools, so that no client sends complete tool calls again', async () => {
    const { chunks } = written([turn(1), called('a'), result('a'), done]);
    expect((await readBy(chunks)).parts.at(-1)).toEqual({ type: 'step-start' });
  });

  it('whatever happens in whatever order, the AI SDK reads it, and a reader who goes on sees what one sees who begins', async () => {
    const said = fc.constantFrom<AgentEventBody>(
      text('a'),
      text('b', inner),
      { type: 'reasoning', text: 'r', ...own },
      { type: 'restart', ...own },
      turn(1),
      turn(2),
      { type: 'text', text: 'c', agent: 'other', call: 'k2', depth: 0 },
      { type: 'turn.started', turn: 1, agent: 'other', call: 'k2', depth: 0 },
      called('t'),
      result('t'),
      called('u', inner),
      result('u', inner),
      asked('r', 't'),
      decided('r', 't', 'approve'),
      decided('r', 't', 'reject'),
      { type: 'handoff', from: 'help', to: 'shop', ...own },
      done,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(said, { maxLength: 30 }),
        fc.array(said, { maxLength: 10 }),
        async (first, second) => {
          const begun = [called('w'), asked('q', 'w'), ...first, waiting('q')];
          const halted = written(begun);
          expect(halted.isReadersTurn).toBe(true);
          const message = await readBy(halted.chunks);
          const all = [...begun, decided('q', 'w', 'approve'), result('w'), ...second];
          const continued = await readBy(
            written(all, `${begun.length}.0.1`).chunks,
            structuredClone(message),
          );
          const whole = await readBy(written(all.toSpliced(begun.length - 1, 1)).chunks);
          // Texts of agents side by side are parts of their own, from wherever a reader begins.
          const shown = ({ parts }: UIMessage) =>
            parts
              .flatMap((part) => (part.type === 'text' || part.type === 'reasoning' ? [...part.text] : []))
              .toSorted()
              .join('');
          expect(shown(continued)).toBe(shown(whole));
        },
      ),
      { numRuns: 200 },
    );
  });
});
