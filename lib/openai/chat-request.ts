import type OpenAI from 'openai';
import {
  messageText,
  fieldsOf,
  type ModelRequest,
  opaqueParts,
  type SendableCall,
  type SendableMessage,
  sendableMessages,
} from '../models/index.js';
import type { LimitField } from './limit-field.js';
import { strictSchema } from './strict-schema.js';

type ChatParams = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;
type ChatMessage = OpenAI.Chat.ChatCompletionMessageParam;
type ChatToolCall = OpenAI.Chat.ChatCompletionMessageToolCall;

/**
 * A request as Chat Completions takes it.
 * @param vendor name of the provider
 * @param limitField what the server calls the limit of an answer
 */
export function chatRequest(request: ModelRequest, vendor: string, limitField: LimitField): ChatParams {
  const { model, messages, tools = [], toolChoice, output, maxTokens, temperature, stop } = request;
  return {
    model,
    messages: chatMessages(sendableMessages(messages), vendor, model),
    [limitField]: maxTokens,
    ...(tools.length === 0 ? {} : { tools: tools.map(chatTool) }),
    ...(tools.length === 0 || toolChoice === undefined ? {} : { tool_choice: toolChoice }),
    ...(output === undefined ? {} : { response_format: responseFormat(output) }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(stop === undefined ? {} : { stop: [...stop] }),
  };
}

/** Reasoning goes back within the loop of tools that it belongs to: DeepSeek wants it there, and refuses that of earlier questions. */
function chatMessages(messages: readonly SendableMessage[], vendor: string, model: string): ChatMessage[] {
  const question = messages.findLastIndex(({ role }) => role === 'user');
  return messages.map((message, index) => {
    switch (message.role) {
      case 'system':
      case 'user':
        return { role: message.role, content: messageText(message.content) };
      case 'tool':
        return { role: 'tool', tool_call_id: message.toolCallId, content: messageText(message.content) };
      case 'assistant': {
        const { calls } = message;
        const content = messageText(message.content);
        const parts = index > question ? opaqueParts(message.opaque, vendor, model) : [];
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
    }
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
