import { contentOfResult, isToolContent, messageParts, messageText } from '../content/index.js';
import type { ConversationMedia } from '../media/index.js';
import { errorMessage } from '../errors/index.js';
import type { AdHocRuns, BatchMember, PerformContext } from '../scope/index.js';
import { suggestion } from '../text/index.js';
import { canonicalJson, type JsonValue } from '../values/index.js';
import { CallBatch } from './calls/call-batch.js';
import { isTerminalToolError } from './calls/terminal-tool-error.js';
import { passGate } from './pass-gate.js';
import { callOf, type RegisteredTool } from './registered-tool.js';
import {
  calledTwice,
  isPlainObject,
  noJson,
  noObject,
  onlyOneHandoff,
  toldFailure,
} from './calls/tool-messages.js';
import type {
  ExposedTool,
  PerformedToolCall,
  PlacedToolCall,
  RequestedToolCall,
} from './calls/tool-calls.js';
import { toolEntry, type ToolEntry } from './tool-entry.js';

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
  /** The agent that has asked for them. @default that of the call around */
  readonly agent?: string | undefined;
  /** Tells listeners how far a call of the answer has come. */
  progress?(index: number, value: JsonValue): void;
}

interface PreparedCall {
  readonly call: RequestedToolCall;
  /** Its place among the calls of the answer. */
  readonly index: number;
  readonly entry: ToolEntry;
  readonly args: unknown;
  /** What a second call must not share with it. */
  readonly identity: string | undefined;
}

/** `repeats`: where in the list an equal call of the same answer is. `last`: it begins when all others have ended. */
type PlannedCall =
  | { readonly told: PerformedToolCall }
  | { readonly prepared: PreparedCall; readonly repeats: number }
  | { readonly prepared: PreparedCall; readonly member: BatchMember }
  | { readonly prepared: PreparedCall; readonly last: true };

/** The tools of one conversation with a model. */
export class ToolSet {
  readonly exposed: readonly ExposedTool[];
  private readonly entries = new Map<string, ToolEntry>();

  constructor(
    tools: readonly RegisteredTool[],
    private readonly adHoc: AdHocRuns,
    /** Of names that are offered without it: `billing.` */
    prefix?: string,
  ) {
    for (const tool of tools) {
      const entry = toolEntry(tool, this.entries, prefix);
      this.entries.set(entry.exposed.name, entry);
    }
    this.exposed = [...this.entries.values()].map(({ exposed }) => exposed);
  }

  /** Whether one of them changes something. */
  get hasEffects(): boolean {
    return [...this.entries.values()].some(({ tool }) => tool.definition.effect !== 'none');
  }

  /**
   * Performs the calls of one answer through the gate and tells the result or the error of each: every call gets one, also
   * one that was denied, rejected, misspelt or failed, since vendors refuse a conversation in which one is missing.
   * The calls reach the gate in their order and are admitted there one by one, so limits are exact. Once all have passed
   * their checks, or wait for a person, they are performed in parallel; a handoff begins when all others have ended.
   * @throws what ends the step: a lost lease, a closed attempt, an exceeded budget, a cancelled run, a call in doubt, a block.
   */
  async perform(calls: readonly PlacedToolCall[], answer: AnsweredBy): Promise<PerformedToolCall[]> {
    const performing: Promise<PerformedToolCall>[] = [];
    for (const planned of this.plan(calls, answer))
      performing.push(
        'told' in planned
          ? Promise.resolve(planned.told)
          : 'repeats' in planned
            ? this.performAgain(planned.prepared, performing[planned.repeats], answer)
            : 'last' in planned
              ? ended([...performing]).then(() => this.performOne(planned.prepared, answer, undefined))
              : this.performOne(planned.prepared, answer, planned.member),
      );
    return ended(performing);
  }

  /** What is to be done about each call, before the first of them is asked for. */
  private plan(calls: readonly PlacedToolCall[], { parallel, offered }: AnsweredBy): PlannedCall[] {
    const batch = new CallBatch(parallel, isTerminalToolError);
    const firsts = new Map<string, number>();
    return calls.map((placed, at): PlannedCall => {
      const prepared = this.prepare(placed, offered);
      if ('told' in prepared) return prepared;
      const { identity, entry } = prepared;
      if (entry.tool.handoff) return { prepared, last: true };
      const first = identity === undefined ? undefined : firsts.get(identity);
      if (first !== undefined) return { prepared, repeats: first };
      if (identity !== undefined) firsts.set(identity, at);
      return { prepared, member: batch.add() };
    });
  }

  /** What can be said about a call before anybody is asked. */
  private prepare(
    { call, index, isSurplus }: PlacedToolCall,
    offered: readonly string[] = [...this.entries.keys()],
  ): PreparedCall | { readonly told: PerformedToolCall } {
    const entry = offered.includes(call.name) ? this.entries.get(call.name) : undefined;
    if (!entry) return { told: toldFailure(call, call.name, unknownTool(call.name, offered)) };
    const { name, repeatable } = entry.tool.definition;
    if (isSurplus) return { told: toldFailure(call, name, onlyOneHandoff(call)) };
    if (call.arguments === undefined) return { told: toldFailure(call, name, noJson(call)) };
    if (!entry.input && !isPlainObject(call.arguments))
      return { told: toldFailure(call, name, noObject(call)) };
    const args = entry.input ? entry.input.unwrap(call.arguments) : call.arguments;
    const identity = repeatable ? undefined : `${call.name} ${canonicalJson(call.arguments)}`;
    return { call, index, entry, args, identity };
  }

  /** The same irreversible call once more in one answer: only if the first was not performed. */
  private async performAgain(
    prepared: PreparedCall,
    first: Promise<PerformedToolCall> | undefined,
    answer: AnsweredBy,
  ): Promise<PerformedToolCall> {
    const { call, entry } = prepared;
    if ((await first)?.isError) return this.performOne(prepared, answer, undefined);
    return toldFailure(call, entry.tool.definition.name, calledTwice(call));
  }

  private async performOne(
    { call, index, entry, args }: PreparedCall,
    answer: AnsweredBy,
    batch: BatchMember | undefined,
  ): Promise<PerformedToolCall> {
    const { model, media, turn, agent } = answer;
    const { definition } = entry.tool;
    const { name } = definition;
    try {
      const called = callOf(entry.tool, args, { kind: 'model', id: model });
      const asked = {
        ...(agent === undefined ? {} : { agent }),
        ...called,
        perform: (input: unknown, context: PerformContext) =>
          storedResult(called.perform(input, context), context, media),
        batch,
        progress: (value: JsonValue) => answer.progress?.(index, value),
        ...(turn === undefined ? {} : { position: [turn, index] }),
      };
      const result = await passGate(asked, this.adHoc);
      const { handoff } = entry.tool;
      if (handoff) return handedOver(call, name, handoff, result);
      const content = media.restored(contentOfResult(result));
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

/** Waits for all of them, whatever comes of one. @throws what the first of them in the list has thrown */
async function ended(performing: readonly Promise<PerformedToolCall>[]): Promise<PerformedToolCall[]> {
  const outcomes = await Promise.allSettled(performing);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

function handedOver(
  { id, arguments: args = null }: RequestedToolCall,
  name: string,
  { to, told }: NonNullable<RegisteredTool['handoff']>,
  passed: unknown,
): PerformedToolCall {
  // What the gate gives back is JSON.
  const handoff = { to, passed: passed as JsonValue | undefined };
  return { id, name, arguments: args, content: told, isError: false, handoff };
}

function unknownTool(name: string, known: readonly string[]): string {
  return `There is no tool '${name}'.${suggestion(name, known)} The tools are: ${known.join(', ') || 'none'}.`;
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
