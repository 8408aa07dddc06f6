import type OpenAI from 'openai';
import type { AnswerBody, AnswerDraft, ModelRequest, SettingNames } from '../models/index.js';

/** One of OpenAI's two ways to ask a model. */
export interface OpenAiApi {
  /** What the fields of its requests are called in our options. */
  readonly settings: SettingNames;
  /** @param vendor name of the provider */
  body(request: ModelRequest, vendor: string, stream: boolean): object;
  send(client: OpenAI, body: object, signal: AbortSignal): PromiseLike<AnswerBody>;
  draft(request: ModelRequest, vendor: string): AnswerDraft;
}
