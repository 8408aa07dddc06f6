/** What may be between the two `---` at the head of a template. */
export interface FrontMatter {
  readonly model?: string;
  readonly system?: string;
}

const keys = ['model', 'system'] as const;

/**
 * Splits a file into its front matter and its text. One `key: value` a line; `key: |` takes the indented lines below it.
 */
export function frontMatterOf(file: string): {
  readonly text: string;
  readonly fields: FrontMatter;
  readonly problems: readonly string[];
} {
  const content = file.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const found = /^---\n(?<head>[\s\S]*?)(?:^|\n)---(?:\n|$)(?<text>[\s\S]*)$/.exec(content)?.groups;
  if (!found) return { text: content.trim(), fields: {}, problems: [] };
  const { fields, problems } = fieldsOf((found['head'] ?? '').split('\n'));
  return { text: (found['text'] ?? '').trim(), fields, problems };
}

function fieldsOf(lines: readonly string[]): { fields: FrontMatter; problems: string[] } {
  const fields: { -readonly [K in keyof FrontMatter]: FrontMatter[K] } = {};
  const problems: string[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, name, value = ''] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
    const key = keys.find((each) => each === name);
    if (!key) {
      problems.push(
        `'${line}' in the front matter is none of ${keys.map((each) => `'${each}: …'`).join(', ')}`,
      );
      continue;
    }
    if (value.trim() !== '|') {
      fields[key] = unquoted(value.trim());
      continue;
    }
    const block: string[] = [];
    while (/^(\s|$)/.test(lines[index + 1] ?? 'end')) block.push(lines[++index] ?? '');
    fields[key] = withoutIndent(block);
  }
  return { fields, problems };
}

function unquoted(value: string): string {
  return /^(["']).*\1$/.test(value) ? value.slice(1, -1) : value;
}

function withoutIndent(block: readonly string[]): string {
  const indents = block.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const indent = Math.min(...indents, Number.MAX_SAFE_INTEGER);
  return block
    .map((line) => line.slice(indent))
    .join('\n')
    .trim();
}
