export { openai, type OpenAiOptions } from './openai.js';
