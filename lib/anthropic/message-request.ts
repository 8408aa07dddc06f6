import type Anthropic from '@anthropic-ai/sdk';
import { messageText, type ModelRequest, type SendableMessage, sendableMessages } from '../models/index.js';
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
  return {
    model,
    max_tokens: maxTokens,
    messages: messageTurns(messages, vendor, model),
    ...(system === '' ? {} : { system }),
    ...toolParams(request, messages),
    ...(format?.config === undefined ? {} : { output_config: format.config }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(stop === undefined ? {} : { stop_sequences: [...stop] }),
  };
}

const choice = {
  auto: { type: 'auto' },
  none: { type: 'none' },
  required: { type: 'any' },
} as const satisfies Record<NonNullable<ModelRequest['toolChoice']>, Anthropic.ToolChoice>;

/** Anthropic refuses a conversation with tool calls in it where no tools are defined, also if no more calls are wanted. */
function toolParams(
  { tools = [], toolChoice }: ModelRequest,
  messages: readonly SendableMessage[],
): Pick<Params, 'tools' | 'tool_choice'> {
  if (tools.length > 0) {
    return {
      tools: tools.map(messageTool),
      ...(toolChoice === undefined ? {} : { tool_choice: choice[toolChoice] }),
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
