import type OpenAI from 'openai';
import type { Message, ModelRequest } from '../models/index.js';
import { strictSchema } from './strict-schema.js';

type ChatParams = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;
type ChatMessage = OpenAI.Chat.ChatCompletionMessageParam;

/** A request as Chat Completions takes it. */
export function chatRequest(request: ModelRequest): ChatParams {
  const { model, messages, tools = [], toolChoice, output, maxTokens, temperature, stop } = request;
  return {
    model,
    messages: messages.map(chatMessage),
    max_completion_tokens: maxTokens,
    ...(tools.length === 0 ? {} : { tools: tools.map(chatTool) }),
    ...(tools.length === 0 || toolChoice === undefined ? {} : { tool_choice: toolChoice }),
    ...(output === undefined ? {} : { response_format: responseFormat(output) }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(stop === undefined ? {} : { stop: [...stop] }),
  };
}

function chatMessage(message: Message): ChatMessage {
  switch (message.role) {
    case 'system':
    case 'user':
      return { role: message.role, content: message.content };
    case 'tool':
      return { role: 'tool', tool_call_id: message.toolCallId, content: message.content };
    case 'assistant':
      return {
        role: 'assistant',
        content: message.content === '' && message.toolCalls ? null : message.content,
        ...(message.toolCalls === undefined ? {} : { tool_calls: message.toolCalls.map(chatToolCall) }),
      };
  }
}

function chatToolCall({
  id,
  name,
  raw,
}: {
  id: string;
  name: string;
  raw: string;
}): OpenAI.Chat.ChatCompletionMessageToolCall {
  return { id, type: 'function', function: { name, arguments: raw } };
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
