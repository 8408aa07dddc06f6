/** Names of the limit of an answer, in Chat Completions. */
export type LimitField = 'max_completion_tokens' | 'max_tokens';

/** What the server behind a URL calls it: only OpenAI, also on Azure, is known to take the new name. */
export function limitFieldOf(baseURL: string): LimitField {
  const host = URL.canParse(baseURL) ? new URL(baseURL).hostname : '';
  return /(?:^|\.)(?:openai|azure)\.com$/i.test(host) ? 'max_completion_tokens' : 'max_tokens';
}
