import { createHash } from 'node:crypto';

/** A Markdown file of the knowledge base, taken apart. */
export interface MarkdownArticle {
  readonly slug: string;
  readonly topic: string;
  readonly title: string;
  readonly body: string;
  readonly checksum: string;
}

/** @throws {Error} naming the file, if it has no topic, no title or no text. */
export function parseArticle(fileName: string, text: string): MarkdownArticle {
  const found = /^---\n(?<head>[\s\S]*?)\n---\n+# (?<title>.+)\n(?<body>[\s\S]*)$/.exec(
    text.replaceAll('\r\n', '\n'),
  )?.groups;
  const topic = /^topic: *(?<topic>\w+)$/m.exec(found?.['head'] ?? '')?.groups?.['topic'];
  const [title, body] = [found?.['title']?.trim(), found?.['body']?.trim()];
  if (!topic || !title || !body) {
    throw new Error(
      `The article ${fileName} needs a head with 'topic: …' between two lines '---', then '# Title', then a text.`,
    );
  }
  const checksum = createHash('sha256').update(text).digest('hex');
  return { slug: fileName.replace(/\.md$/, ''), topic, title, body, checksum };
}
