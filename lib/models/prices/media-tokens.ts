import { bytesOfBase64, type MediaPart } from '../../content/index.js';

/**
 * Most tokens of one image. Anthropic: 4,784 on the models that see most of it; OpenAI: under 5,000 on models that count
 * patches (at most 2,500 unless `detail: 'original'` is asked for, which is not sent), 1,445 on those that count tiles.
 * Sources: https://platform.claude.com/docs/en/build-with-claude/vision, https://platform.openai.com/docs/guides/images-vision.
 */
const perImage = 5_000;
/** GPT-4o mini: 2,833 and 5,667 for each of 8 tiles, the most that an image has. Source: the same page of OpenAI. */
const perImageOfGpt4oMini = 48_200;
/** A page is sent as text (1,500 to 3,000 tokens) and as an image. Source: https://platform.claude.com/docs/en/build-with-claude/pdf-support */
const perPage = 3_000 + perImage;
/** Pages of one document, where they can't be counted. Source: the same page, "Maximum pages per request". */
const mostPages = 100;
/** Sound is 10 tokens a second at the most, and no codec that vendors take has fewer than 1,000 bytes for one. */
const bytesPerAudioToken = 100;

/** The most tokens that a vendor makes of a part with bytes. @param model for those that count in another way */
export function mediaTokens(part: MediaPart, model: string): number {
  if (part.type === 'image') return /gpt-4o-mini/.test(model) ? perImageOfGpt4oMini : perImage;
  const bytes = 'blob' in part ? part.bytes : part.data === undefined ? undefined : bytesOfBase64(part.data);
  if (bytes === undefined) return mostPages * perPage;
  if (part.mediaType.startsWith('audio/')) return Math.ceil(bytes / bytesPerAudioToken);
  // A token is at least one byte of a text.
  return part.mediaType === 'application/pdf' ? pagesOf(part.data) * perPage : bytes;
}

/** Pages that stand in the file as plain objects; newer files compress them. */
function pagesOf(data: string | undefined): number {
  if (data === undefined) return mostPages;
  const text = Buffer.from(data, 'base64').toString('latin1');
  if (text.includes('/ObjStm')) return mostPages;
  const pages = text.match(/\/Type\s*\/Page(?![a-zA-Z])/g)?.length ?? mostPages;
  return Math.max(1, pages);
}
