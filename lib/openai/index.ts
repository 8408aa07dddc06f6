export type { LimitField } from './chat/limit-field.js';
export type { ReasoningSummary } from './responses/responses-request.js';
export { openai, type OpenAiOptions } from './openai.js';
