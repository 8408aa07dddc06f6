import { boundedText, textLimits } from '../../values/index.js';
import type { RecordDraft } from '../../workflow/index.js';

/** A question whose texts also fit the columns of its review. */
export function readableQuestion(draft: RecordDraft<'review.requested'>): RecordDraft {
  const { reason, title, instructions, ...rest } = draft.payload;
  const payload = {
    ...rest,
    reason: boundedText(reason, textLimits.reason),
    ...(title === undefined ? {} : { title: boundedText(title, textLimits.reason) }),
    ...(instructions === undefined ? {} : { instructions: boundedText(instructions, textLimits.reason) }),
  };
  return { ...draft, payload };
}
