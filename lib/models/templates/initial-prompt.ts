import { InputValidationError } from '../../errors/index.js';
import type { GenerateOptions } from '../generate-options.js';
import type { Message } from '../provider/model-provider.js';
import { readMessage } from '../provider/read-message.js';
import { type PromptFacts, promptFacts } from './prompt-template.js';
import type { TemplateRegistry } from './template-registry.js';

/** How a conversation begins. */
export interface InitialPrompt {
  readonly messages: readonly Message[];
  readonly model: string | undefined;
  /** Which template it was made of. */
  readonly prompt: PromptFacts | undefined;
}

/** @throws {InputValidationError} if there is nothing to ask, or a variable of the template is missing. */
export function initialPromptOf(options: GenerateOptions, templates: TemplateRegistry): InitialPrompt {
  if (options.template !== undefined) {
    const rendered = templates.resolve(options.template, options.variables ?? {}, options.templateVersion);
    return {
      messages: [
        ...systemMessage(options.system ?? rendered.system),
        ...rendered.messages,
        { role: 'user', content: rendered.text },
      ],
      model: options.model ?? rendered.model,
      prompt: promptFacts(rendered),
    };
  }
  const messages: readonly Message[] =
    typeof options.prompt === 'string' ? [{ role: 'user', content: options.prompt }] : (options.prompt ?? []);
  if (messages.length === 0) {
    throw new InputValidationError(
      `There is nothing to ask the model: pass 'prompt' (a text, or at least one message) or 'template'.`,
    );
  }
  return {
    messages: [
      ...systemMessage(options.system),
      ...messages.map((message, index) => readMessage(message, `prompt[${index}]`)),
    ],
    model: options.model,
    prompt: undefined,
  };
}

function systemMessage(content: string | undefined): Message[] {
  return content === undefined || content === '' ? [] : [{ role: 'system', content }];
}
