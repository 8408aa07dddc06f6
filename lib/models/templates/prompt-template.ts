import type { JsonValue } from '../../values/index.js';

/** A message of a template, in front of its text. */
export interface TemplateMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** A prompt as it is in its file, partials filled in. */
export interface PromptTemplate {
  readonly name: string;
  /** `'1'` where the file name tells none. */
  readonly version: string;
  readonly text: string;
  readonly system?: string | undefined;
  /** Examples of what is asked and answered, in front of the text. */
  readonly messages: readonly TemplateMessage[];
  /** Alias or model. */
  readonly model?: string | undefined;
  /** JSON Schema of its variables, where they are declared. */
  readonly variables?: JsonValue | undefined;
  /** Of all of the above but its name and version: SHA-256 of their JSON, in hexadecimal. */
  readonly hash: string;
  /** Path of the file, for messages. */
  readonly where: string;
}

/** Which prompt a request was made of; goes on record with it. */
export interface PromptFacts {
  readonly template: string;
  readonly templateVersion: string;
  readonly templateHash: string;
}

export function promptFacts({
  name,
  version,
  hash,
}: Pick<PromptTemplate, 'name' | 'version' | 'hash'>): PromptFacts {
  return { template: name, templateVersion: version, templateHash: hash };
}
