import type Anthropic from '@anthropic-ai/sdk';
import { messageText } from '../content/index.js';
import {
  type ModelRequest,
  type SendableMessage,
  sendableMessages,
  type SettingNames,
  type ToolChoice,
  withProviderOptions,
} from '../models/index.js';
import { withCacheMarks } from './prompt-cache.js';
import { thinkingOf } from './thinking.js';
import { messageTurns } from './message-turns.js';
import { outputFormat } from './output-format.js';

type Params = Anthropic.MessageCreateParamsNonStreaming;

/** A request as Messages takes it. @param vendor name of the provider */
export function messageRequest(request: ModelRequest, vendor: string): Params {
  const { model, output, maxTokens, temperature, stop } = request;
  const messages = sendableMessages(request.messages);
  const format = output && outputFormat(output.schema);
  const system = [
    ...messages.flatMap(({ role, content }) =>
      role === 'system' && content.length > 0 ? [messageText(content)] : [],
    ),
    ...(format?.instruction === undefined ? [] : [format.instruction]),
  ].join('\n\n');
  const { thinking, effort } = thinkingOf(request, vendor);
  const config = { ...format?.config, ...(effort === undefined ? {} : { effort }) };
  const params: Params = {
    model,
    max_tokens: maxTokens,
    messages: messageTurns(messages, vendor, model),
    ...(system === '' ? {} : { system }),
    ...toolParams(request, messages),
    ...(thinking === undefined ? {} : { thinking }),
    ...(Object.keys(config).length === 0 ? {} : { output_config: config }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(stop === undefined ? {} : { stop_sequences: [...stop] }),
  };
  const marked = request.cachePrompt === true ? withCacheMarks(params) : params;
  return withProviderOptions(marked, request, vendor, messageSettings);
}

/** What the fields of Messages are called in our options. */
export const messageSettings: SettingNames = {
  model: 'model',
  messages: 'prompt',
  system: 'system',
  max_tokens: 'maxTokens',
  stream: 'models.stream',
  tools: 'tools',
  tool_choice: 'toolChoice',
  'output_config.effort': 'reasoning',
  output_config: 'output',
  thinking: 'reasoning',
  temperature: 'temperature',
  cache_control: 'cachePrompt',
  stop_sequences: 'stop',
};

const choice = {
  auto: { type: 'auto' },
  none: { type: 'none' },
  required: { type: 'any' },
} as const satisfies Record<Extract<ToolChoice, string>, Anthropic.ToolChoice>;

function messageToolChoice(given: ToolChoice): Anthropic.ToolChoice {
  return typeof given === 'string' ? choice[given] : { type: 'tool', name: given.tool };
}

/** Anthropic refuses a conversation with tool calls in it where no tools are defined, also if no more calls are wanted. */
function toolParams(
  { tools = [], toolChoice }: ModelRequest,
  messages: readonly SendableMessage[],
): Pick<Params, 'tools' | 'tool_choice'> {
  if (tools.length > 0) {
    return {
      tools: tools.map(messageTool),
      ...(toolChoice === undefined ? {} : { tool_choice: messageToolChoice(toolChoice) }),
    };
  }
  const called = new Set(
    messages.flatMap((each) => (each.role === 'assistant' ? each.calls.map(({ name }) => name) : [])),
  );
  if (called.size === 0) return {};
  const former = [...called].map((name) => ({
    name,
    description: 'Can no longer be called.',
    input_schema: { type: 'object' } as const,
  }));
  return { tools: former, tool_choice: choice.none };
}

function messageTool({
  name,
  description,
  input,
}: NonNullable<ModelRequest['tools']>[number]): Anthropic.Tool {
  // Schemas of tools are JSON objects of type object.
  return { name, description, input_schema: input as Anthropic.Tool.InputSchema };
}
