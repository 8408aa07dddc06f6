import type OpenAI from 'openai';
import type { SendableMedia } from '../../content/index.js';
import { notSendable, type SendablePart } from '../../models/index.js';
import { fileText } from '../file-text.js';

type InputPart =
  | OpenAI.Responses.ResponseInputText
  | OpenAI.Responses.ResponseInputImage
  | OpenAI.Responses.ResponseInputFile;

/**
 * A content as Responses takes it: of a message of the user, or of a tool's result.
 * @param model for messages: `openai/gpt-5-mini`
 * @throws {ModelCallError} for what Responses can't take; nobody was asked
 */
export function inputParts(content: readonly SendablePart[], model: string): InputPart[] {
  return content.map((part) => {
    switch (part.type) {
      case 'text':
        return { type: 'input_text', text: part.text };
      case 'image':
        return {
          type: 'input_image',
          detail: 'auto',
          image_url: part.url ?? `data:${part.mediaType ?? 'image/png'};base64,${part.data}`,
        };
      case 'file':
        return inputFile(part, model);
    }
  });
}

/** Source: "File inputs" in OpenAI's guides. */
function inputFile(
  { mediaType, name, data, url }: Extract<SendableMedia, { type: 'file' }>,
  model: string,
): InputPart {
  if (data !== undefined && (mediaType.startsWith('text/') || mediaType === 'application/json'))
    return { type: 'input_text', text: fileText(name, data) };
  if (mediaType !== 'application/pdf')
    throw notSendable(
      model,
      `it takes PDF files, and text files by their bytes, and no ${mediaType}${data === undefined ? ` from ${url}` : ''}: convert it, or give the model its text`,
    );
  return data === undefined
    ? { type: 'input_file', file_url: url }
    : {
        type: 'input_file',
        filename: name ?? 'document.pdf',
        file_data: `data:${mediaType};base64,${data}`,
      };
}
