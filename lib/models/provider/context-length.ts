/** Names of the error: OpenAI's, which most compatible servers take over, and llama.cpp's. */
const names: ReadonlySet<string> = new Set(['context_length_exceeded', 'exceed_context_size_error']);

/**
 * What vendors say where a request is longer than the window of the model. OpenAI, vLLM, SGLang, OpenRouter, Mistral: "maximum context
 * length is 8192 tokens"; Anthropic: "prompt is too long: 205000 tokens > 200000 maximum", "exceed context limit"; Gemini: "exceeds
 * the maximum number of tokens allowed"; Bedrock: "input is too long for requested model"; llama.cpp: "available context size".
 */
const sentences =
  /maximum (context|model) length|(prompt|input) is too long|exceeds? (the )?(available )?context (length|size|limit|window)|exceeds the maximum number of tokens/i;

/**
 * Whether a vendor has refused a request because it is longer than the window of the model.
 * @param kinds names that it has given to the error
 */
export function isContextLength(message: string, kinds: readonly string[] = []): boolean {
  return kinds.some((kind) => names.has(kind)) || sentences.test(message);
}
