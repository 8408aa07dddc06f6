import { type MessageContent, readContent } from '../../content/index.js';
import {
  type Message,
  type PromptFacts,
  promptFacts,
  readMessage,
  type TemplateRegistry,
} from '../../models/index.js';
import type { AgentContext, AgentOptions } from '../agent.options.js';

/** What the model is told before everything else, and which template that was made of. */
export interface Instructions {
  readonly message: Message | undefined;
  readonly prompt: PromptFacts | undefined;
}

/** What the model is told before everything else, for one turn. */
export async function instructionsOf(
  { instructions }: AgentOptions,
  input: unknown,
  context: AgentContext,
  templates: Pick<TemplateRegistry, 'resolve'>,
): Promise<Instructions> {
  const { content, prompt } = await textOf(
    instructions as AgentOptions<unknown>['instructions'],
    input,
    context,
    templates,
  );
  return { message: content === '' ? undefined : { role: 'system', content }, prompt };
}

async function textOf(
  instructions: AgentOptions<unknown>['instructions'],
  input: unknown,
  context: AgentContext,
  templates: Pick<TemplateRegistry, 'resolve'>,
): Promise<{ readonly content: string; readonly prompt?: PromptFacts }> {
  if (typeof instructions === 'string') return { content: instructions };
  if (typeof instructions === 'function') return { content: await instructions(input, context) };
  const { template, version, variables } = instructions;
  const rendered = templates.resolve(template, variables?.(input, context) ?? {}, version);
  const content = [rendered.system, rendered.text].filter(Boolean).join('\n\n');
  return { content, prompt: promptFacts(rendered) };
}

/**
 * How the conversation begins: a text, parts or messages as they are, any other input as JSON.
 * @throws {InputValidationError} if what `prompt` gives is none of these
 */
export function firstMessages({ prompt }: AgentOptions, input: unknown): readonly Message[] {
  // The compiler has checked it against the class.
  const given = prompt ? (prompt as (input: unknown) => unknown)(input) : input;
  if (typeof given === 'string') return [{ role: 'user', content: given }];
  if (isMessages(given)) return given.map((message, index) => readMessage(message, `prompt[${index}]`));
  if (isParts(given)) return [{ role: 'user', content: readContent(given, 'user', 'prompt') }];
  return [{ role: 'user', content: JSON.stringify(given ?? null) }];
}

function isMessages(value: unknown): value is readonly Message[] {
  return isListOf(value, 'role');
}

function isParts(value: unknown): value is Exclude<MessageContent, string> {
  return isListOf(value, 'type');
}

function isListOf(value: unknown, field: string): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((each) => typeof each === 'object' && each !== null && typeof each[field] === 'string')
  );
}
