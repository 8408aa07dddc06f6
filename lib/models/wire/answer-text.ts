import { storableText } from '../../values/index.js';

const open = '<think>';
const close = '</think>';

/**
 * The text of an answer, from pieces. What a model thinks aloud in a think block at the beginning is not part of it.
 * Characters are whole in all that it gives out, also where a piece ends inside of one.
 */
export class AnswerText {
  private said = '';
  private thought = '';
  private held = '';
  private place: 'start' | 'inside' | 'after' = 'start';

  /** @param thinkBlocks whether `<think>` at the beginning begins such a block */
  constructor(private readonly thinkBlocks: boolean) {
    if (!thinkBlocks) this.place = 'after';
  }

  /** Gives back the text that is new. */
  take(piece: string): string {
    this.held += piece;
    if (this.place !== 'after') this.readBlock();
    if (this.place !== 'after') return '';
    const isHalf = /[\ud800-\udbff]$/.test(this.held);
    return this.say(isHalf ? this.held.length - 1 : this.held.length);
  }

  /** A text that came at once: a block without its beginning is known before anybody hears of it. */
  takeWhole(whole: string): string {
    if (!this.thinkBlocks) return this.take(whole);
    const { text, thought } = split(whole);
    this.thought += thought;
    return this.take(text);
  }

  /** Nothing follows: gives back what was held until now. */
  end(): string {
    if (this.place === 'inside') this.thought += this.held;
    if (this.place === 'inside' || (this.place === 'start' && this.thought !== '')) this.held = '';
    return this.say(this.held.length);
  }

  /** All of it, once it has ended. */
  get text(): string {
    return this.thinkBlocks ? split(this.said).text : this.said;
  }

  get reasoning(): string {
    const aloud = this.thinkBlocks ? split(this.said).thought : '';
    return storableText(this.thought + aloud).text;
  }

  private say(length: number): string {
    const { text } = storableText(this.held.slice(0, length));
    this.held = this.held.slice(length);
    this.said += text;
    return text;
  }

  private readBlock(): void {
    if (this.place === 'start') {
      const begun = this.held.trimStart();
      if (begun.startsWith(open)) {
        this.place = 'inside';
        this.held = begun.slice(open.length);
      } else if (!open.startsWith(begun)) {
        // White space before a text is the text's own, behind a block it is the block's.
        this.place = 'after';
        if (this.thought !== '') this.held = begun;
      }
    }
    if (this.place === 'inside') this.readInside();
  }

  private readInside(): void {
    const end = this.held.indexOf(close);
    const read = end < 0 ? Math.max(0, this.held.length - close.length + 1) : end;
    this.thought += this.held.slice(0, read);
    this.held = this.held.slice(end < 0 ? read : end + close.length);
    if (end < 0) return;
    this.place = 'start';
    this.readBlock();
  }
}

/**
 * Where the server's template has put the opening mark into the prompt (DeepSeek R1, Qwen), the answer has only the closing
 * one, on a line of its own. A stream has said it all by then; the answer as a whole leaves it out.
 */
function split(said: string): { readonly text: string; readonly thought: string } {
  const end = said.indexOf(close);
  const before = said.slice(0, Math.max(0, end));
  const line = before.lastIndexOf('\n');
  const after = said.slice(end + close.length);
  const isAlone = line >= 0 && before.slice(line).trim() === '' && /^[ \t]*(\r?\n|$)/.test(after);
  if (end < 0 || before.includes(open) || !isAlone) return { text: said, thought: '' };
  return { text: after.trimStart(), thought: before };
}
