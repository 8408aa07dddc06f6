/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  readonly code: readonly string[];
  /** Index of the line with the opening fence. */
  readonly line: number;
  /** Text of the HTML comment right above the block, which readers don't see. */
  readonly note: string | undefined;
}

export interface Link {
  readonly target: string;
  readonly line: number;
}

/** A Markdown file, as far as the tests look into it. */
export interface Page {
  /** From the root of the repository: `docs/tools.md`. */
  readonly path: string;
  readonly lines: readonly string[];
  readonly blocks: readonly Block[];
  readonly links: readonly Link[];
  /** Anchors that links can name. */
  readonly anchors: ReadonlySet<string>;
}

const fence = /^```(\w*)\s*$/;
const comment = /^<!--\s*(.*?)\s*-->$/;

export function readPage(path: string, text: string): Page {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  const prose = lines.map(() => true);
  for (let line = 0; line < lines.length; line++) {
    const language = fence.exec(lines[line] ?? '')?.[1];
    if (language === undefined) continue;
    const end = lines.findIndex((each, index) => index > line && each === '```');
    if (end < 0) throw new Error(`${path}:${line + 1} opens a block that nothing closes`);
    const above = lines.slice(0, line).findLast((each) => each.trim() !== '') ?? '';
    blocks.push({ language, code: lines.slice(line + 1, end), line, note: comment.exec(above)?.[1] });
    prose.fill(false, line, end + 1);
    line = end;
  }
  const written = lines.map((each, index) => (prose[index] ? each : ''));
  return { path, lines, blocks, links: linksIn(written), anchors: anchorsIn(written) };
}

function linksIn(lines: readonly string[]): Link[] {
  return lines.flatMap((text, line) =>
    [...text.replace(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({
      target,
      line,
    })),
  );
}

/** As GitHub makes them: lower case, punctuation gone, spaces to dashes, the second of a name gets `-1`. */
function anchorsIn(lines: readonly string[]): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const text of lines) {
    const heading = /^#{1,6} (.*)$/.exec(text)?.[1];
    if (heading === undefined) continue;
    const plain = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    let anchor = plain;
    for (let number = 1; anchors.has(anchor); number++) anchor = `${plain}-${number}`;
    anchors.add(anchor);
  }
  return anchors;
}
