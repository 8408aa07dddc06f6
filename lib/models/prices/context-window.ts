import { calcPrice } from '@pydantic/genai-prices';

/**
 * Most tokens that a model reads and writes in one request, by the list of `@pydantic/genai-prices`; undefined where it does not
 * know. @param model `openai/gpt-5-mini`
 */
export function listedWindow(model: string): number | undefined {
  const slash = model.indexOf('/');
  const usage = { input_tokens: 1, output_tokens: 1 };
  return calcPrice(usage, model.slice(slash + 1), { providerId: model.slice(0, slash) })?.model
    .context_window;
}
