import type Anthropic from '@anthropic-ai/sdk';
import type { Message, ModelRequest } from '../models/index.js';
import { outputFormat } from './output-format.js';

type Params = Anthropic.MessageCreateParamsNonStreaming;
type Block = Anthropic.ContentBlockParam;

/** A request as Messages takes it. */
export function messageRequest(request: ModelRequest): Params {
  const { model, messages, tools = [], toolChoice, output, maxTokens, temperature, stop } = request;
  const format = output && outputFormat(output.schema);
  const system = [
    ...messages.flatMap((each) => (each.role === 'system' && each.content !== '' ? [each.content] : [])),
    ...(format?.instruction === undefined ? [] : [format.instruction]),
  ].join('\n\n');
  return {
    model,
    max_tokens: maxTokens,
    messages: turns(messages),
    ...(system === '' ? {} : { system }),
    ...(tools.length === 0 ? {} : { tools: tools.map(messageTool) }),
    ...(tools.length === 0 || toolChoice === undefined ? {} : { tool_choice: choice[toolChoice] }),
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

function messageTool({
  name,
  description,
  input,
}: NonNullable<ModelRequest['tools']>[number]): Anthropic.Tool {
  // Schemas of tools are JSON objects of type object.
  return { name, description, input_schema: input as Anthropic.Tool.InputSchema };
}

/** Roles have to alternate, and the results of all tool calls of a turn belong into one message. */
function turns(messages: readonly Message[]): Anthropic.MessageParam[] {
  const merged: { role: 'user' | 'assistant'; content: Block[] }[] = [];
  for (const message of messages) {
    const blocks = blocksOf(message);
    if (blocks.length === 0) continue;
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const last = merged.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else merged.push({ role, content: blocks });
  }
  return merged;
}

/** Texts without content are refused, so they are left out. */
function blocksOf(message: Message): Block[] {
  switch (message.role) {
    case 'system':
      return [];
    case 'user':
      return textBlocks(message.content);
    case 'tool':
      return [
        {
          type: 'tool_result',
          tool_use_id: message.toolCallId,
          content: message.content,
          ...(message.isError ? { is_error: true } : {}),
        },
      ];
    case 'assistant':
      return [
        ...textBlocks(message.content),
        ...(message.toolCalls ?? []).map(({ id, name, arguments: input }): Block => ({
          type: 'tool_use',
          id,
          name,
          input: input ?? {},
        })),
      ];
  }
}

function textBlocks(text: string): Block[] {
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}
