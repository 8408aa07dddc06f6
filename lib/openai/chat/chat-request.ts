import type OpenAI from 'openai';
import type { JsonValue } from '../../values/index.js';
import { messageText } from '../../content/index.js';
import {
  fieldsOf,
  type ModelRequest,
  opaqueParts,
  type SendableCall,
  type SendableMessage,
  sendableMessages,
  type SettingNames,
  type ToolChoice,
  withProviderOptions,
} from '../../models/index.js';
import { toolMedia, userContent } from './chat-content.js';
import type { LimitField } from './limit-field.js';
import { strictSchema } from '../strict-schema.js';

type ChatParams = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;
type ChatMessage = OpenAI.Chat.ChatCompletionMessageParam;
type ChatToolCall = OpenAI.Chat.ChatCompletionMessageToolCall;

/** What the fields of Chat Completions are called in our options. OpenAI keeps prompts without being asked. */
export const chatSettings: SettingNames = {
  model: 'model',
  messages: 'prompt',
  max_tokens: 'maxTokens',
  max_completion_tokens: 'maxTokens',
  // Each would be paid, and only the first is read.
  n: 'parallel calls of generate',
  stream: 'models.stream',
  stream_options: 'models.stream',
  tools: 'tools',
  tool_choice: 'toolChoice',
  response_format: 'output',
  temperature: 'temperature',
  reasoning_effort: 'reasoning',
  stop: 'stop',
};

/**
 * A request as Chat Completions takes it.
 * @param vendor name of the provider
 * @param limitField what the server calls the limit of an answer
 */
export function chatRequest(request: ModelRequest, vendor: string, limitField: LimitField): ChatParams {
  const {
    model,
    messages,
    tools = [],
    toolChoice,
    output,
    maxTokens,
    temperature,
    reasoning,
    stop,
  } = request;
  const body: ChatParams = {
    model,
    messages: chatMessages(sendableMessages(messages), vendor, model),
    [limitField]: maxTokens,
    ...(tools.length === 0 ? {} : { tools: tools.map(chatTool) }),
    ...(tools.length === 0 || toolChoice === undefined ? {} : { tool_choice: chatToolChoice(toolChoice) }),
    ...(output === undefined ? {} : { response_format: responseFormat(output) }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(reasoning === undefined ? {} : { reasoning_effort: reasoning }),
    ...(stop === undefined ? {} : { stop: [...stop] }),
  };
  return withProviderOptions(body, request, vendor, chatSettings);
}

function chatToolChoice(choice: ToolChoice): OpenAI.ChatCompletionToolChoiceOption {
  return typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.tool } };
}

/** Reasoning goes back within the loop of tools that it belongs to: DeepSeek wants it there, and refuses that of earlier questions. */
function chatMessages(messages: readonly SendableMessage[], vendor: string, model: string): ChatMessage[] {
  const question = messages.findLastIndex(({ role }) => role === 'user');
  return messages.flatMap((message, index): ChatMessage[] => {
    switch (message.role) {
      case 'system':
        return [{ role: 'system', content: messageText(message.content) }];
      case 'user':
        return [{ role: 'user', content: userContent(message.content, `${vendor}/${model}`) }];
      case 'tool':
        return [
          { role: 'tool', tool_call_id: message.toolCallId, content: messageText(message.content) },
          ...mediaOfTools(messages, index, `${vendor}/${model}`),
        ];
      case 'assistant':
        return [
          assistantMessage(message, index > question ? opaqueParts(message.opaque, vendor, model) : []),
        ];
    }
  });
}

function assistantMessage(
  { content: said, calls }: Extract<SendableMessage, { role: 'assistant' }>,
  parts: readonly JsonValue[],
): ChatMessage {
  const content = messageText(said);
  const extras = new Map(parts.map((part) => [fieldsOf(part)['call'], fieldsOf(part)]));
  return {
    ...fieldsOf(extras.get(undefined)?.['message']),
    role: 'assistant',
    content: content === '' && calls.length > 0 ? null : content,
    ...(calls.length === 0
      ? {}
      : { tool_calls: calls.map((call, place) => chatToolCall(call, extras.get(place))) }),
  };
}

/** Behind the last result of an answer's calls: results have to follow their calls. */
function mediaOfTools(messages: readonly SendableMessage[], index: number, model: string): ChatMessage[] {
  if (messages[index + 1]?.role === 'tool') return [];
  const first = messages.findLastIndex(({ role }, place) => place < index && role !== 'tool') + 1;
  return messages.slice(first, index + 1).flatMap((message): ChatMessage[] => {
    const media = toolMedia(message.content);
    if (media.length === 0 || message.role !== 'tool') return [];
    const text = `From the tool '${message.name}':`;
    return [{ role: 'user', content: userContent([{ type: 'text', text }, ...media], model) }];
  });
}

function chatToolCall(
  { id, name, raw }: SendableCall,
  extra: Readonly<Record<string, unknown>> | undefined,
): ChatToolCall {
  return {
    id,
    type: 'function',
    function: { name, arguments: raw },
    ...(extra === undefined ? {} : { extra_content: extra['extra_content'] }),
  };
}

function chatTool({
  name,
  description,
  input,
}: NonNullable<ModelRequest['tools']>[number]): OpenAI.Chat.ChatCompletionTool {
  return {
    type: 'function',
    // Schemas of tools are JSON objects.
    function: { name, description, parameters: input as Record<string, unknown> },
  };
}

function responseFormat({
  name,
  schema,
}: NonNullable<ModelRequest['output']>): OpenAI.ResponseFormatJSONSchema {
  const strict = strictSchema(schema);
  return {
    type: 'json_schema',
    json_schema: {
      name,
      // Schemas of outputs are JSON objects.
      schema: (strict ?? schema) as Record<string, unknown>,
      strict: strict !== undefined,
    },
  };
}
