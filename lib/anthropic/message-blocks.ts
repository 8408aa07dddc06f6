import { contentText, isObject, nameOf, textOf } from '../models/index.js';

type Fields = Readonly<Record<string, unknown>>;

interface Block {
  readonly type: unknown;
  readonly index: unknown;
  /** As it began. */
  readonly fields: Fields;
  text: string;
  thinking: string;
  signature: string;
  /** The text of a tool's input, in pieces. */
  json: string;
}

/** The content blocks of a message, in their order. */
export class MessageBlocks {
  private readonly blocks: Block[] = [];

  /** A block that is there as a whole. Gives back its text. */
  whole(fields: Fields): string {
    const text = this.start(fields);
    const block = this.blocks.at(-1);
    if (block) block.json = written(fields['input']);
    return text;
  }

  /** A block to which more may come. Gives back its text. */
  start(fields: Fields, index?: unknown): string {
    const text = fields['type'] === 'text' ? contentText(fields['text']) : '';
    this.blocks.push({
      type: fields['type'],
      index,
      fields,
      text,
      thinking: textOf(fields['thinking']) ?? '',
      signature: textOf(fields['signature']) ?? '',
      json: '',
    });
    return text;
  }

  /** Gives back the text that is new. Where a server sends no index, or one for all, it is the last block's. */
  add(delta: Fields, index: unknown): string {
    const block = this.blocks.findLast((each) => each.index === index) ?? this.blocks.at(-1);
    if (!block)
      return delta['type'] === 'text_delta' ? this.start({ type: 'text', text: delta['text'] }, index) : '';
    const text = contentText(delta['text']);
    block.thinking += contentText(delta['thinking']);
    block.signature += contentText(delta['signature']);
    block.json += contentText(delta['partial_json']);
    if (block.type !== 'text') return '';
    block.text += text;
    return text;
  }

  get calls() {
    return this.blocks
      .filter(({ type }) => type === 'tool_use')
      .map(({ fields, json }) => ({
        id: nameOf(fields['id']),
        name: textOf(fields['name']) ?? '',
        // Some servers send the input with the beginning of the block; Anthropic's is empty there.
        raw: json || (isEmpty(fields['input']) ? '' : written(fields['input'])),
      }));
  }

  get reasoning(): string {
    return this.blocks.map(({ thinking }) => thinking).join('');
  }

  /**
   * Blocks that only the vendor understands, with marks where the others stood between them: the API wants the order that the
   * model made. Empty where there is none.
   */
  get opaque(): unknown[] {
    if (!this.blocks.some(isOpaque)) return [];
    return this.blocks.flatMap((block): unknown[] => {
      if (isOpaque(block)) return [asReceived(block)];
      if (block.type === 'text') return [{ type: 'text', length: block.text.length }];
      return block.type === 'tool_use' ? [{ type: 'tool_use' }] : [];
    });
  }
}

function isOpaque({ type }: Block): boolean {
  return type === 'thinking' || type === 'redacted_thinking';
}

function asReceived({ type, fields, thinking, signature }: Block): Fields {
  return type === 'thinking' ? { ...fields, thinking, signature } : fields;
}

/** Anthropic sends the input as JSON, some servers as a text. */
function written(input: unknown): string {
  if (typeof input === 'string') return input;
  return input === undefined || input === null ? '' : JSON.stringify(input);
}

function isEmpty(input: unknown): boolean {
  return isObject(input) && Object.keys(input).length === 0;
}
