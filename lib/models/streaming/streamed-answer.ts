import type { AnswerListener } from './answer-listener.js';
import type { PartialOutput } from './partial-output.js';
import type { GenerateResult, StreamDelta, StreamedResult } from '../generate-options.js';

/** Deltas on their way from the provider to the caller. Can be iterated once; what is not fetched stays in memory until the end. */
export class StreamedAnswer<T> implements StreamedResult<T>, AnswerListener {
  readonly result: Promise<GenerateResult<T>>;
  private readonly waiting: StreamDelta[] = [];
  private wake: (() => void) | undefined;
  private ended = false;

  /** @param onText also told of each delta. */
  constructor(
    generate: (listener: AnswerListener) => Promise<GenerateResult<T>>,
    private readonly onText: (delta: StreamDelta) => void,
    private readonly output: PartialOutput | undefined,
  ) {
    this.result = generate(this).finally(() => {
      this.ended = true;
      this.wake?.();
    });
    // A caller that only iterates gets the error from the iterator; it must not also end the process.
    this.result.catch(() => undefined);
  }

  text(text: string): void {
    if (text === '') return;
    this.push({ type: 'text', text });
    const output = this.output?.add(text);
    if (output !== undefined) this.push({ type: 'output.partial', output });
  }

  reasoning(text: string): void {
    if (text !== '') this.push({ type: 'reasoning', text });
  }

  restart(): void {
    this.output?.restart();
    this.push({ type: 'restart' });
  }

  async *[Symbol.asyncIterator](): AsyncIterator<StreamDelta> {
    let received = false;
    while (!this.ended || this.waiting.length > 0) {
      const delta = this.waiting.shift();
      if (delta) {
        received ||= delta.type !== 'reasoning';
        yield delta;
      } else {
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
    }
    const { text } = await this.result;
    // A remembered answer comes at once: it is one delta.
    if (!received && text !== '') yield { type: 'text', text };
  }

  private push(delta: StreamDelta): void {
    this.waiting.push(delta);
    this.onText(delta);
    this.wake?.();
  }
}
