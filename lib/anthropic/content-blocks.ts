import type Anthropic from '@anthropic-ai/sdk';
import type { SendableMedia } from '../content/index.js';
import { notSendable, type SendablePart } from '../models/index.js';

type Image = Extract<SendableMedia, { type: 'image' }>;
type File = Extract<SendableMedia, { type: 'file' }>;
type ContentBlock = Anthropic.TextBlockParam | Anthropic.ImageBlockParam | Anthropic.DocumentBlockParam;

/**
 * A content as Messages takes it; texts without words are refused there, so they are left out.
 * @param model for messages: `anthropic/claude-haiku-4-5`
 * @throws {ModelCallError} for what Messages can't take; nobody was asked
 */
export function contentBlocks(content: readonly SendablePart[], model: string): ContentBlock[] {
  return content.flatMap((part): ContentBlock[] => {
    switch (part.type) {
      case 'text':
        return part.text.trim() === '' ? [] : [{ type: 'text', text: part.text }];
      case 'image':
        return [{ type: 'image', source: imageSource(part, model) }];
      case 'file':
        return [documentBlock(part, model)];
    }
  });
}

const imageTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const;

function imageSource({ data, url, mediaType }: Image, model: string): Anthropic.ImageBlockParam['source'] {
  if (data === undefined) return { type: 'url', url };
  const media_type = imageTypes.find((type) => type === mediaType);
  if (media_type) return { type: 'base64', media_type, data };
  throw notSendable(model, `it takes PNG, JPEG, GIF and WebP images, and no ${mediaType}: convert it`);
}

function documentBlock(part: File, model: string): Anthropic.DocumentBlockParam {
  return {
    type: 'document',
    source: documentSource(part, model),
    ...(part.name === undefined ? {} : { title: part.name }),
  };
}

function documentSource(
  { mediaType, data, url }: File,
  model: string,
): Anthropic.DocumentBlockParam['source'] {
  if (mediaType === 'application/pdf')
    return data === undefined ? { type: 'url', url } : { type: 'base64', media_type: mediaType, data };
  const isText = mediaType.startsWith('text/') || mediaType === 'application/json';
  if (isText && data !== undefined)
    return {
      type: 'text',
      media_type: 'text/plain',
      data: Buffer.from(data, 'base64').toString('utf8'),
    };
  throw notSendable(
    model,
    isText
      ? `it takes a text file only by its bytes, and not from ${url}: pass 'data'`
      : `it takes PDF and text files, and no ${mediaType}: convert it, or give the model its text`,
  );
}
