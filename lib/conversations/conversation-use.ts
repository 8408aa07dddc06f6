import type { ConversationUse } from '../scope/index.js';
import { given, option, type OptionRules } from '../values/index.js';

/** Which values it takes. */
const useRules = option.orFields(option.text, {
  id: option.text,
  window: option.fields({ tokens: option.whole(1) }),
  summarize: option.fields({ model: option.text, above: option.whole(1) }),
  messageId: option.text,
  replaces: option.text,
} satisfies OptionRules<ConversationUse>);

/** What is wrong with it, each as one sentence. */
export function conversationUseProblems(use: unknown, path: string): readonly string[] {
  const problems = useRules(use, path);
  if (problems.length > 0 || typeof use === 'string') return problems;
  const { id, window, summarize } = use as ConversationUse;
  return [
    ...(id === undefined ? [`${path}.id is missing: write the id of a conversation.`] : []),
    ...(window && window.tokens === undefined ? [`${path}.window.tokens is missing.`] : []),
    ...(summarize && summarize.above === undefined ? [`${path}.summarize.above is missing.`] : []),
  ];
}

/** As data, whichever form it was given in. */
export function conversationUse(use: string | ConversationUse | undefined): ConversationUse | undefined {
  if (use === undefined || typeof use !== 'string') return use && { id: use.id, ...given(optional(use)) };
  return { id: use };
}

function optional({ window, summarize, messageId, replaces }: ConversationUse) {
  return { window, summarize, messageId, replaces };
}
