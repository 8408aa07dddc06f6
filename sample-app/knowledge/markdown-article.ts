import type { Document } from 'nestjs-nestor/retrieval';

/**
 * A Markdown file of the help pages as a document of the knowledge base, for both shops.
 * @throws {Error} naming the file, if it has no topic, no title or no text.
 */
export function parseArticle(fileName: string, text: string): Document {
  const found = /^---\n(?<head>[\s\S]*?)\n---\n+(?<body># .+\n[\s\S]*)$/.exec(
    text.replaceAll('\r\n', '\n'),
  )?.groups;
  const head = found?.['head'] ?? '';
  const topic = /^topic: *(?<topic>\w+)$/m.exec(head)?.groups?.['topic'];
  const language = /^language: *(?<language>\w+)$/m.exec(head)?.groups?.['language'] ?? 'en';
  const body = found?.['body']?.trim();
  if (!topic || !body?.includes('\n')) {
    throw new Error(
      `The article ${fileName} needs a head with 'topic: …' between two lines '---', then '# Title', then a text.`,
    );
  }
  // We have written it ourselves.
  const ours = { trust: 'trusted', shared: true } as const;
  return { uri: fileName.replace(/\.md$/, ''), text: body, language, metadata: { topic }, ...ours };
}
