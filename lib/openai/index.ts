export type { LimitField } from './limit-field.js';
export { openai, type OpenAiOptions } from './openai.js';
