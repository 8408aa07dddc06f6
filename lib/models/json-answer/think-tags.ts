/** Tags in which models think aloud, where a server does not take them apart. */
const names = 'think|thinking|thought|reasoning|reflection';
const thinkTag = new RegExp(`<(/?)(${names})\\s{0,8}>`, 'iy');

export interface Tag {
  readonly end: number;
  readonly closing: boolean;
  readonly name: string;
}

/** The tag that begins at a place of the text. */
export function tagAt(text: string, at: number): Tag | undefined {
  thinkTag.lastIndex = at;
  const [whole, slash, name] = thinkTag.exec(text) ?? [];
  if (whole === undefined || name === undefined) return undefined;
  return { end: at + whole.length, closing: slash === '/', name };
}

/** After its closing tag; undefined if there is none. */
export function endOfThought(text: string, { end, name }: Tag): number | undefined {
  const closing = new RegExp(`</${name}\\s{0,8}>`, 'gi');
  closing.lastIndex = end;
  return closing.exec(text) === null ? undefined : closing.lastIndex;
}

/** After the last closing tag; -1 if there is none. */
export function endOfThoughts(text: string): number {
  let end = -1;
  for (const match of text.matchAll(new RegExp(`</(?:${names})\\s{0,8}>`, 'gi')))
    end = match.index + match[0].length;
  return end;
}

/** The text without the thoughts that it begins with. */
export function afterThinking(text: string): string {
  const tag = tagAt(text, 0);
  const end = tag === undefined || tag.closing ? undefined : endOfThought(text, tag);
  return end === undefined ? text : text.slice(end).trim();
}
