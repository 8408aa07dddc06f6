import { noTokens } from '../prices/token-usage.js';
import type { ModelAnswer } from '../provider/model-provider.js';
import type { AnswerListener } from './answer-listener.js';

/** Whether guardrails let a part of an answer be seen. */
export type MayShow = (soFar: ModelAnswer) => Promise<boolean>;

/** The end of a sentence, or of a line. */
const sentenceEnd = /[.!?…。！？]["'”’)\]]*(?=\s)|\n/gu;

/**
 * Gives out a streamed text sentence by sentence, each when guardrails have seen it together with all that was said before it.
 * Behind one that they do not let pass nothing more comes, until they have seen the whole. What the model thinks is not shown.
 */
export class GuardedListener implements AnswerListener {
  private said = '';
  /** Length of what guardrails were asked about. */
  private asked = 0;
  private shown = '';
  private isHeld = false;
  private asking: Promise<void> = Promise.resolve();

  /** @param mayShow undefined where nothing may be seen before the whole */
  constructor(
    private readonly listener: AnswerListener,
    private readonly mayShow: MayShow | undefined,
  ) {}

  text(text: string): void {
    this.said += text;
    if (this.isHeld || !this.mayShow) return;
    const end = [...this.said.slice(this.asked).matchAll(sentenceEnd)].at(-1);
    if (!end) return;
    const until = this.asked + end.index + end[0].length;
    const part = this.said.slice(0, until);
    this.asked = until;
    const { mayShow } = this;
    this.asking = this.asking.then(() => this.ask(mayShow, part));
  }

  restart(): void {
    if (this.shown !== '') this.listener.restart();
    this.said = this.shown = '';
    this.asked = 0;
    this.isHeld = false;
  }

  /** The whole, as guardrails have left it. */
  async end(text: string): Promise<void> {
    this.isHeld = true;
    await this.asking;
    if (!text.startsWith(this.shown)) {
      this.listener.restart();
      this.shown = '';
    }
    if (text.length > this.shown.length) this.listener.text(text.slice(this.shown.length));
    this.shown = text;
  }

  private async ask(mayShow: MayShow, part: string): Promise<void> {
    if (this.isHeld || !part.startsWith(this.shown) || !this.said.startsWith(part)) return;
    const soFar = { text: part, toolCalls: [], finishReason: 'other', usage: noTokens } as const;
    const isShown = await mayShow(soFar).catch(() => false);
    // It may have begun again meanwhile, or be whole.
    if (this.isHeld || !this.said.startsWith(part) || !part.startsWith(this.shown)) return;
    if (!isShown) {
      this.isHeld = true;
      return;
    }
    this.listener.text(part.slice(this.shown.length));
    this.shown = part;
  }
}
