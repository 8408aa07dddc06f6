import type OpenAI from 'openai';
import { type SendableMedia } from '../../content/index.js';
import { fileText } from '../file-text.js';
import { notSendable, type SendablePart } from '../../models/index.js';

type ChatPart = OpenAI.Chat.ChatCompletionContentPart;

/**
 * What a user says, as Chat Completions takes it: a text where there is nothing else.
 * @param model for messages: `openai/gpt-5-mini`
 * @throws {ModelCallError} for what Chat Completions can't take; nobody was asked
 */
export function userContent(content: readonly SendablePart[], model: string): string | ChatPart[] {
  const texts = content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  return texts.length === content.length ? texts.join('') : content.map((part) => chatPart(part, model));
}

/** The results of tools are texts there: pictures and files of a tool follow in a message of the user. */
export function toolMedia(content: readonly SendablePart[]): SendableMedia[] {
  return content.filter((part) => part.type !== 'text');
}

function chatPart(part: SendablePart, model: string): ChatPart {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image':
      return {
        type: 'image_url',
        image_url: { url: part.url ?? `data:${part.mediaType ?? 'image/png'};base64,${part.data}` },
      };
    case 'file':
      return filePart(part, model);
  }
}

/** Source: "File inputs" and "Audio" in OpenAI's guides. */
function filePart(
  { mediaType, name, data, url }: Extract<SendableMedia, { type: 'file' }>,
  model: string,
): ChatPart {
  if (data === undefined)
    throw notSendable(
      model,
      `Chat Completions takes files only by their bytes, and not from ${url}: pass 'data', or use the Responses API`,
    );
  const sound = soundFormats[mediaType];
  if (sound) return { type: 'input_audio', input_audio: { data, format: sound } };
  if (mediaType.startsWith('text/') || mediaType === 'application/json')
    return { type: 'text', text: fileText(name, data) };
  if (mediaType === 'application/pdf')
    return {
      type: 'file',
      file: { filename: name ?? 'document.pdf', file_data: `data:${mediaType};base64,${data}` },
    };
  throw notSendable(
    model,
    `it takes PDF, text, WAV and MP3 files, and no ${mediaType}: convert it, or give the model its text`,
  );
}

const soundFormats: Readonly<Record<string, 'wav' | 'mp3' | undefined>> = {
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/wave': 'wav',
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
};
