import { contentOfResult, isToolContent, messageParts, messageText } from '../content/index.js';
import type { ConversationMedia } from '../media/index.js';
import { toolCall } from '../decorators/index.js';
import { suggestion } from '../text/index.js';
import { errorMessage } from '../errors/index.js';
import type { AdHocRuns, PerformContext } from '../scope/index.js';
import { shortText, vendorName } from '../text/index.js';
import { isTerminalToolError } from './terminal-tool-error.js';
import { type ObjectSchema, objectSchemaOf } from './object-schema.js';
import { passGate } from './pass-gate.js';
import type { RegisteredTool } from './registered-tool.js';
import type { ExposedTool, PerformedToolCall, RequestedToolCall } from './tool-calls.js';

interface Entry {
  readonly tool: RegisteredTool;
  readonly exposed: ExposedTool;
  readonly input: ObjectSchema | undefined;
}

/** The tools of one conversation with a model. */
export class ToolSet {
  readonly exposed: readonly ExposedTool[];
  private readonly entries = new Map<string, Entry>();

  constructor(
    tools: readonly RegisteredTool[],
    private readonly adHoc: AdHocRuns,
  ) {
    for (const tool of tools) {
      const entry = entryOf(tool, this.entries);
      this.entries.set(entry.exposed.name, entry);
    }
    this.exposed = [...this.entries.values()].map(({ exposed }) => exposed);
  }

  /**
   * Performs the calls of one answer through the gate and tells the result or the error of each: every call gets one, also
   * one that was denied, rejected, misspelt or failed, since vendors refuse a conversation in which one is missing.
   * The calls reach the gate in their order and are admitted there one by one, so limits are exact; then they run in parallel.
   * @throws what ends the step: a lost lease, a closed attempt, an exceeded budget, a cancelled run, a call in doubt, a block.
   */
  async perform(
    calls: readonly RequestedToolCall[],
    model: string,
    media: ConversationMedia,
  ): Promise<PerformedToolCall[]> {
    const outcomes = await Promise.allSettled(calls.map((call) => this.performOne(call, model, media)));
    return outcomes.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
  }

  private async performOne(
    call: RequestedToolCall,
    model: string,
    media: ConversationMedia,
  ): Promise<PerformedToolCall> {
    const entry = this.entries.get(call.name);
    if (!entry) return failed(call, call.name, this.unknownTool(call.name));
    const { name } = entry.tool.definition;
    if (call.arguments === undefined) return failed(call, name, noJson(call));
    if (!entry.input && !isObject(call.arguments)) return failed(call, name, noObject(call));
    const args = entry.input ? entry.input.unwrap(call.arguments) : call.arguments;
    try {
      const { definition } = entry.tool;
      const result = await passGate(
        toolCall(
          definition,
          (input, context) => storedResult(entry.tool.invoke(input, context), context, media),
          args,
          {
            kind: 'model',
            id: model,
          },
        ),
        this.adHoc,
      );
      const content = media.restored(contentOfResult(result));
      return {
        id: call.id,
        name,
        arguments: call.arguments,
        content: messageText(content),
        ...(typeof content === 'string' ? {} : { parts: content }),
        isError: false,
      };
    } catch (error) {
      if (isTerminalToolError(error)) throw error;
      return failed(call, name, errorMessage(error));
    }
  }

  private unknownTool(name: string): string {
    const known = [...this.entries.keys()];
    return `There is no tool '${name}'.${suggestion(name, known)} The tools are: ${known.join(', ') || 'none'}.`;
  }
}

function entryOf(tool: RegisteredTool, taken: ReadonlyMap<string, unknown>): Entry {
  const { name, description, input } = tool.definition;
  const schema = input && objectSchemaOf(input);
  return {
    tool,
    input: schema,
    exposed: { name: exposedName(name, taken), description, input: schema?.json ?? anyObject },
  };
}

/** Of a tool without parameters, or whose parameter has no class and no schema. */
const anyObject = { type: 'object', properties: {}, additionalProperties: true } as const;

function exposedName(name: string, taken: ReadonlyMap<string, unknown>): string {
  const plain = vendorName(name);
  for (let number = 2, exposed = plain; ; number++) {
    if (!taken.has(exposed)) return exposed;
    exposed = `${plain.slice(0, 60)}_${number}`;
  }
}

function failed(call: RequestedToolCall, name: string, message: string): PerformedToolCall {
  return {
    id: call.id,
    name,
    ...(call.arguments === undefined ? {} : { arguments: call.arguments }),
    content: `Error: ${message}`,
    isError: true,
  };
}

function noJson({ name, raw }: RequestedToolCall): string {
  return `The arguments of '${name}' are not valid JSON: ${shortText(raw, 200) || 'nothing'}. Call it again with a JSON object that fits its schema.`;
}

function noObject({ name, raw }: RequestedToolCall): string {
  return `The arguments of '${name}' are not a JSON object: ${shortText(raw, 200)}. Call it again with a JSON object.`;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A result whose pictures and files are kept beside the records, before these refer to them. */
async function storedResult(
  performing: unknown,
  { runId }: PerformContext,
  media: ConversationMedia,
): Promise<unknown> {
  const result = await performing;
  if (!isToolContent(result)) return result;
  const content = media.referring(contentOfResult(result));
  await media.store(runId, [content]);
  return { type: 'content', parts: messageParts(content) };
}
