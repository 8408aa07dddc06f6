import type { Block, BlockKind } from './block.js';

const fence = /^ {0,3}(`{3,}|~{3,})/;
const atxHeading = /^ {0,3}(#{1,6})(?=[ \t])/;
const underline = /^ {0,3}(=+|-+)[ \t]*$/;
const listItem = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+/;
const tableRow = /^ {0,3}\|/;
const frontMatter = /^---[ \t]*\n[\s\S]*?\n---[ \t]*(?:\n|$)/;

/**
 * The parts of a Markdown text, with the headings above them. It knows headings, fenced code, lists, tables and paragraphs (CommonMark
 * 0.31, GitHub's tables), which is what decides where a text may be cut; anything else is prose. A front matter is left out.
 */
export function markdownBlocks(text: string): Block[] {
  const lines = text.replaceAll(/\r\n?/g, '\n').replace(frontMatter, '').split('\n');
  const reader = new BlockReader();
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const next = lines[index + 1] ?? '';
    if (reader.isInCode) reader.code(line);
    else if (fence.test(line)) reader.openCode(line);
    else if (line.trim() === '') reader.blank();
    else if (atxHeading.test(line)) reader.heading(...headingOf(line));
    else if (underline.test(next) && reader.isAtStart && !isMarked(line)) {
      reader.heading(next.trim().startsWith('=') ? 1 : 2, line.trim());
      index += 1;
    } else reader.line(line, kindOf(line));
  }
  return reader.end();
}

/** The paragraphs of a text without markup. */
export function plainBlocks(text: string): Block[] {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .split(/\n[ \t]*\n/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => ({ kind: 'prose', text: part, headings: [] }));
}

/** Without the marks that may close it. */
function headingOf(line: string): [level: number, title: string] {
  const [marked = '', marks = '#'] = atxHeading.exec(line) ?? [];
  const written = line.slice(marked.length).trim();
  let end = written.length;
  while (written[end - 1] === '#') end -= 1;
  const isClosed = end === 0 || /\s/.test(written[end - 1] ?? '');
  return [marks.length, isClosed ? written.slice(0, end).trimEnd() : written];
}

function isMarked(line: string): boolean {
  return listItem.test(line) || tableRow.test(line);
}

function kindOf(line: string): BlockKind {
  if (tableRow.test(line)) return 'table';
  return listItem.test(line) ? 'list' : 'prose';
}

interface Heading {
  readonly level: number;
  readonly title: string;
}

/** Collects lines to blocks. */
class BlockReader {
  private readonly blocks: Block[] = [];
  private path: readonly Heading[] = [];
  private kind: BlockKind = 'prose';
  private lines: string[] = [];
  private blanks = 0;
  /** The marks that end the code. */
  private closing: string | undefined;
  /** A heading that nothing stands under yet. */
  private bare: Heading | undefined;

  get isInCode(): boolean {
    return this.closing !== undefined;
  }

  /** Nothing of a block is there yet, or it has ended. */
  get isAtStart(): boolean {
    return this.lines.length === 0 || this.blanks > 0;
  }

  openCode(line: string): void {
    this.flush();
    this.kind = 'code';
    this.lines = [line];
    this.closing = fence.exec(line)?.[1];
  }

  code(line: string): void {
    this.lines.push(line);
    const marks = fence.exec(line)?.[1];
    if (marks === undefined || this.closing === undefined) return;
    if (!marks.startsWith(this.closing) || line.trim() !== marks) return;
    this.closing = undefined;
    this.flush();
  }

  blank(): void {
    this.blanks += 1;
  }

  line(line: string, kind: BlockKind): void {
    const isIndented = /^[ \t]+\S/.test(line);
    const goesOn =
      this.lines.length > 0 &&
      (this.blanks === 0
        ? kind === this.kind || (kind === 'prose' && this.kind === 'list')
        : // Items of a list may be apart, and have more than one paragraph.
          this.kind === 'list' && (kind === 'list' || isIndented));
    if (!goesOn) this.flush();
    if (this.lines.length === 0) this.kind = kind;
    else if (this.blanks > 0) this.lines.push('');
    this.blanks = 0;
    this.lines.push(line);
  }

  heading(level: number, title: string): void {
    this.flush();
    const above = this.path.filter((heading) => heading.level < level);
    if (this.bare && !above.includes(this.bare)) this.addBare();
    const heading = { level, title };
    this.path = [...above, heading];
    this.bare = title === '' ? undefined : heading;
  }

  end(): Block[] {
    this.flush();
    if (this.bare) this.addBare();
    return this.blocks;
  }

  /** A heading that nothing stands under is a text of its own: it would be found nowhere. */
  private addBare(): void {
    if (!this.bare) return;
    const { title } = this.bare;
    this.blocks.push({ kind: 'prose', text: title, headings: titlesOf(this.path) });
    this.bare = undefined;
  }

  private flush(): void {
    const text = this.lines.join('\n').trimEnd();
    this.lines = [];
    this.blanks = 0;
    if (text === '') return;
    this.blocks.push({ kind: this.kind, text, headings: titlesOf(this.path) });
    this.bare = undefined;
  }
}

function titlesOf(path: readonly Heading[]): string[] {
  return path.map(({ title }) => title).filter((title) => title !== '');
}
