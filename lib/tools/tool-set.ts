import { contentOfResult, isToolContent, messageParts, messageText } from '../content/index.js';
import type { ConversationMedia } from '../media/index.js';
import { errorMessage } from '../errors/index.js';
import type { AdHocRuns, BatchMember, PerformContext } from '../scope/index.js';
import { suggestion, vendorName } from '../text/index.js';
import { canonicalJson } from '../values/index.js';
import { CallBatch } from './call-batch.js';
import { isTerminalToolError } from './terminal-tool-error.js';
import { type ObjectSchema, objectSchemaOf } from './object-schema.js';
import { passGate } from './pass-gate.js';
import { callOf, type RegisteredTool } from './registered-tool.js';
import { calledTwice, isPlainObject, noJson, noObject, toldFailure } from './tool-messages.js';
import type { ExposedTool, PerformedToolCall, RequestedToolCall } from './tool-calls.js';

interface Entry {
  readonly tool: RegisteredTool;
  readonly exposed: ExposedTool;
  readonly input: ObjectSchema | undefined;
}

/** Who has asked for calls, and how they are made. */
export interface AnsweredBy {
  /** `openai/gpt-5-mini` */
  readonly model: string;
  readonly media: ConversationMedia;
  /** Most calls that are performed at the same time. */
  readonly parallel: number;
  /** Number of the turn, where the calls are known by their position in it. */
  readonly turn?: number | undefined;
  /** Names of the tools that the answer could use. @default all */
  readonly offered?: readonly string[] | undefined;
  /** Position of the first of them. @default 0 */
  readonly from?: number | undefined;
}

interface PreparedCall {
  readonly call: RequestedToolCall;
  readonly entry: Entry;
  readonly args: unknown;
  /** What a second call must not share with it. */
  readonly identity: string | undefined;
}

/** `repeats`: the index of an equal call of the same answer. */
type PlannedCall =
  | { readonly told: PerformedToolCall }
  | { readonly prepared: PreparedCall; readonly repeats: number }
  | { readonly prepared: PreparedCall; readonly member: BatchMember };

/** The tools of one conversation with a model. */
export class ToolSet {
  readonly exposed: readonly ExposedTool[];
  private readonly entries = new Map<string, Entry>();

  constructor(
    tools: readonly RegisteredTool[],
    private readonly adHoc: AdHocRuns,
    /** Of names that are offered without it: `billing.` */
    prefix?: string,
  ) {
    for (const tool of tools) {
      const entry = entryOf(tool, this.entries, prefix);
      this.entries.set(entry.exposed.name, entry);
    }
    this.exposed = [...this.entries.values()].map(({ exposed }) => exposed);
  }

  /**
   * Performs the calls of one answer through the gate and tells the result or the error of each: every call gets one, also
   * one that was denied, rejected, misspelt or failed, since vendors refuse a conversation in which one is missing.
   * The calls reach the gate in their order and are admitted there one by one, so limits are exact. Once all have passed
   * their checks, or wait for a person, they are performed in parallel.
   * @throws what ends the step: a lost lease, a closed attempt, an exceeded budget, a cancelled run, a call in doubt, a block.
   */
  async perform(calls: readonly RequestedToolCall[], answer: AnsweredBy): Promise<PerformedToolCall[]> {
    const performing: Promise<PerformedToolCall>[] = [];
    for (const [index, planned] of this.plan(calls, answer).entries())
      performing.push(
        'told' in planned
          ? Promise.resolve(planned.told)
          : 'repeats' in planned
            ? this.performAgain(planned.prepared, performing[planned.repeats], answer, index)
            : this.performOne(planned.prepared, answer, index, planned.member),
      );
    const outcomes = await Promise.allSettled(performing);
    return outcomes.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
  }

  /** What is to be done about each call, before the first of them is asked for. */
  private plan(calls: readonly RequestedToolCall[], { parallel, offered }: AnsweredBy): PlannedCall[] {
    const batch = new CallBatch(parallel, isTerminalToolError);
    const firsts = new Map<string, number>();
    return calls.map((call, index): PlannedCall => {
      const prepared = this.prepare(call, offered);
      if ('told' in prepared) return prepared;
      const { identity } = prepared;
      const first = identity === undefined ? undefined : firsts.get(identity);
      if (first !== undefined) return { prepared, repeats: first };
      if (identity !== undefined) firsts.set(identity, index);
      return { prepared, member: batch.add() };
    });
  }

  /** What can be said about a call before anybody is asked. */
  private prepare(
    call: RequestedToolCall,
    offered: readonly string[] = [...this.entries.keys()],
  ): PreparedCall | { readonly told: PerformedToolCall } {
    const entry = offered.includes(call.name) ? this.entries.get(call.name) : undefined;
    if (!entry) return { told: toldFailure(call, call.name, unknownTool(call.name, offered)) };
    const { name, repeatable } = entry.tool.definition;
    if (call.arguments === undefined) return { told: toldFailure(call, name, noJson(call)) };
    if (!entry.input && !isPlainObject(call.arguments))
      return { told: toldFailure(call, name, noObject(call)) };
    const args = entry.input ? entry.input.unwrap(call.arguments) : call.arguments;
    const identity = repeatable ? undefined : `${call.name} ${canonicalJson(call.arguments)}`;
    return { call, entry, args, identity };
  }

  /** The same irreversible call once more in one answer: only if the first was not performed. */
  private async performAgain(
    prepared: PreparedCall,
    first: Promise<PerformedToolCall> | undefined,
    answer: AnsweredBy,
    index: number,
  ): Promise<PerformedToolCall> {
    const { call, entry } = prepared;
    if ((await first)?.isError) return this.performOne(prepared, answer, index, undefined);
    return toldFailure(call, entry.tool.definition.name, calledTwice(call));
  }

  private async performOne(
    { call, entry, args }: PreparedCall,
    { model, media, turn, from = 0 }: AnsweredBy,
    index: number,
    batch: BatchMember | undefined,
  ): Promise<PerformedToolCall> {
    const { definition } = entry.tool;
    const { name } = definition;
    try {
      const called = callOf(entry.tool, args, { kind: 'model', id: model });
      const asked = {
        ...called,
        perform: (input: unknown, context: PerformContext) =>
          storedResult(called.perform(input, context), context, media),
        batch,
        ...(turn === undefined ? {} : { position: [turn, from + index] }),
      };
      const content = media.restored(contentOfResult(await passGate(asked, this.adHoc)));
      return {
        id: call.id,
        name,
        arguments: call.arguments ?? null,
        content: messageText(content),
        ...(typeof content === 'string' ? {} : { parts: content }),
        isError: false,
      };
    } catch (error) {
      if (isTerminalToolError(error)) throw error;
      return toldFailure(call, name, errorMessage(error));
    } finally {
      // Where it never came to the gate.
      batch?.left();
    }
  }
}

function unknownTool(name: string, known: readonly string[]): string {
  return `There is no tool '${name}'.${suggestion(name, known)} The tools are: ${known.join(', ') || 'none'}.`;
}

function entryOf(
  tool: RegisteredTool,
  taken: ReadonlyMap<string, unknown>,
  prefix: string | undefined,
): Entry {
  const { name, description, input } = tool.definition;
  const schema = input && objectSchemaOf(input);
  return {
    tool,
    input: schema,
    exposed: {
      name: exposedName(
        prefix !== undefined && name.startsWith(prefix) ? name.slice(prefix.length) : name,
        taken,
      ),
      description,
      input: schema?.json ?? anyObject,
    },
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
