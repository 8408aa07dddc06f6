import { usualBytesPerToken } from '../../models/index.js';
import { boundedText } from '../../text/index.js';
import type { PerformedToolCall } from '../../tools/index.js';

/** Results of tools, each with so many tokens of text at the most; pictures and files stay as they are. */
export function shortened(
  results: readonly PerformedToolCall[],
  tokens: number,
): readonly PerformedToolCall[] {
  const bytes = tokens * usualBytesPerToken;
  return results.map((result) => {
    if (Buffer.byteLength(result.content) <= bytes) return result;
    const content = boundedText(result.content, bytes);
    const media = result.parts?.filter(({ type }) => type !== 'text' && type !== 'reasoning');
    return {
      ...result,
      content,
      ...(media?.length ? { parts: [{ type: 'text', text: content }, ...media] } : {}),
    };
  });
}
