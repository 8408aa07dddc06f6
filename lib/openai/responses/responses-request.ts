import type OpenAI from 'openai';
import { messageText } from '../../content/index.js';
import {
  fieldsOf,
  type ModelRequest,
  notSendable,
  opaqueParts,
  type SendableMessage,
  sendableMessages,
  type SettingNames,
  type ToolChoice,
  withProviderOptions,
} from '../../models/index.js';
import { strictSchema } from '../strict-schema.js';
import { inputParts } from './responses-content.js';
import { outputItems } from './responses-items.js';

type Params = OpenAI.Responses.ResponseCreateParamsNonStreaming;
type InputItem = OpenAI.Responses.ResponseInputItem;

/** How much OpenAI tells of what a model has thought. */
export type ReasoningSummary = 'auto' | 'concise' | 'detailed';

/** What the fields of Responses are called in our options. */
export const responsesSettings: SettingNames = {
  model: 'model',
  input: 'prompt',
  instructions: 'system',
  max_output_tokens: 'maxTokens',
  stream: 'models.stream',
  // Nothing stays with OpenAI: what a run did is in its records.
  store: 'api',
  previous_response_id: 'prompt',
  conversation: 'prompt',
  background: 'api',
  include: 'api',
  tools: 'tools',
  tool_choice: 'toolChoice',
  text: 'output',
  temperature: 'temperature',
  'reasoning.summary': 'reasoningSummary',
  reasoning: 'reasoning',
};

/** Models that do not think, and refuse to be asked for it. Source: the list of models in OpenAI's documentation. */
const thinksNever = /^(?:ft:)?(?:gpt-[34](?!\d)|chatgpt-|gpt-5[\w.]*-chat)/;

/** A request as Responses takes it. @param vendor name of the provider */
export function responsesRequest(
  request: ModelRequest,
  vendor: string,
  summary: ReasoningSummary | undefined,
): Params {
  const { model, messages, tools = [], toolChoice, output, maxTokens, temperature, stop } = request;
  if (stop !== undefined && stop.length > 0)
    throw notSendable(
      `${vendor}/${model}`,
      `the Responses API has no 'stop': leave it out, or use openai({ api: 'chat' })`,
    );
  const thinks = !thinksNever.test(model);
  const reasoning = {
    ...(request.reasoning === undefined ? {} : { effort: request.reasoning }),
    ...(summary !== undefined && thinks && request.reasoning !== 'none' ? { summary } : {}),
  };
  const body: Params = {
    model,
    input: inputOf(sendableMessages(messages), vendor, model),
    store: false,
    max_output_tokens: maxTokens,
    ...(thinks ? { include: ['reasoning.encrypted_content'] } : {}),
    ...(tools.length === 0 ? {} : { tools: tools.map(functionTool) }),
    ...(tools.length === 0 || toolChoice === undefined
      ? {}
      : { tool_choice: responsesToolChoice(toolChoice) }),
    ...(output === undefined ? {} : { text: { format: textFormat(output) } }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(Object.keys(reasoning).length === 0 ? {} : { reasoning }),
  };
  return withProviderOptions(body, request, vendor, responsesSettings);
}

function inputOf(messages: readonly SendableMessage[], vendor: string, model: string): InputItem[] {
  return messages.flatMap((message): InputItem[] => {
    const { content } = message;
    switch (message.role) {
      case 'system':
        return [{ role: 'system', content: messageText(content) }];
      case 'user':
        return [{ role: 'user', content: inputParts(content, `${vendor}/${model}`) }];
      case 'tool':
        return [
          {
            type: 'function_call_output',
            call_id: message.toolCallId,
            output: content.every(({ type }) => type === 'text')
              ? messageText(content)
              : inputParts(content, `${vendor}/${model}`),
          },
        ];
      case 'assistant':
        return outputItems(message, opaqueParts(message.opaque, vendor, model).map(fieldsOf));
    }
  });
}

function functionTool({
  name,
  description,
  input,
}: NonNullable<ModelRequest['tools']>[number]): OpenAI.Responses.FunctionTool {
  // Schemas of tools are JSON objects. Without `strict: false` the API would make them strict.
  return { type: 'function', name, description, parameters: input as Record<string, unknown>, strict: false };
}

function textFormat({
  name,
  schema,
}: NonNullable<ModelRequest['output']>): OpenAI.Responses.ResponseFormatTextJSONSchemaConfig {
  const strict = strictSchema(schema);
  return {
    type: 'json_schema',
    name,
    // Schemas of outputs are JSON objects.
    schema: (strict ?? schema) as Record<string, unknown>,
    strict: strict !== undefined,
  };
}

function responsesToolChoice(choice: ToolChoice): NonNullable<Params['tool_choice']> {
  return typeof choice === 'string' ? choice : { type: 'function', name: choice.tool };
}
