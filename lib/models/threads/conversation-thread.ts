import type { ConversationHolder, ConversationThreads } from '../../conversations/index.js';
import type { MessageRow } from '../../database/index.js';
import { ConversationNotFoundError } from '../../errors/index.js';
import type { BlobStore } from '../../journal/index.js';
import { ConversationMedia } from '../../media/index.js';
import {
  type CallPosition,
  conversationCalls,
  type ConversationUse,
  currentScope,
} from '../../scope/index.js';
import { hashOf, type JsonValue, newId, type PayloadLimit } from '../../values/index.js';
import { summaryMessage, summaryRequest } from '../loop/compaction.js';
import { usualTokens } from '../prices/estimate.js';
import type { Message } from '../provider/model-provider.js';
import { firstShown } from './exchanges.js';
import { roomFor } from './room-for-input.js';
import { shownHistory } from './shown-history.js';

/** A message, and the agent that has said it. */
export interface SpokenMessage {
  readonly message: Message;
  readonly agent: string | undefined;
}

export interface ThreadPorts {
  readonly threads: ConversationThreads;
  readonly blobs: BlobStore;
  readonly limit: PayloadLimit;
}

/** Who answers, and in which conversation. */
export interface ThreadFacts {
  readonly use: ConversationUse;
  /** Key of the call that answers. @default that of the call that reads the conversation */
  readonly call?: string;
  /** Places of the calls that read it and write to it, where calls are known by their places. */
  readonly positions?: { readonly opened: CallPosition; readonly appended: CallPosition };
  /** Asks a model for a summary. @param model the one that was asked for */
  summarize(messages: readonly Message[], model: string | undefined): Promise<string>;
}

/** Which part of a conversation a call was shown, as its record tells. */
interface OpenedThread {
  readonly key: string;
  /** Of the call that answers, in its run. */
  readonly call: string;
  /** Position of the last message that is not shown. */
  readonly from: number;
  /** Position of the last message. */
  readonly until: number;
  /** Of what is shown. */
  readonly hash: string;
  /** Of what is not shown. */
  readonly summary?: string;
  /** The agent that has answered last. */
  readonly agent?: string;
  readonly agentInput?: JsonValue;
}

/** The conversation in which a call answers. */
export class ConversationThread {
  private constructor(
    private readonly threads: ConversationThreads,
    private readonly facts: ThreadFacts,
    private readonly opened: OpenedThread,
    private readonly by: ConversationHolder,
    /** What was said before, as far as it is shown. */
    readonly history: readonly Message[],
    readonly media: ConversationMedia,
  ) {}

  /**
   * Takes the conversation and reads it, once in the life of the call.
   * @throws {ConversationNotFoundError} {ConversationBusyError}
   * @throws {InputValidationError} if it has a message of the id of the input already
   */
  static async open(ports: ThreadPorts, facts: ThreadFacts): Promise<ConversationThread> {
    const { use, positions } = facts;
    const { threads } = ports;
    const { runId } = scope();
    const media = new ConversationMedia(ports.blobs, ports.limit.mediaBytes);
    let isRecalled = false;
    const opened = await scope().call<OpenedThread>({
      kind: 'once',
      name: conversationCalls.opened,
      position: positions?.opened,
      arguments: use,
      effect: 'idempotent',
      onInDoubt: 'retry',
      recalled: () => {
        isRecalled = true;
      },
      perform: async (_, context) => {
        const call = facts.call ?? context.key;
        const by = holder(runId, call);
        const row = await threads.hold(use.id, by);
        const { key, summary, summaryUntil } = await roomFor(use, row, threads);
        const before = { key, summary, until: summaryUntil ?? 0 };
        return { call, ...shownOf(await summarized(threads, facts, before), use) };
      },
    });
    // A call that had failed has released it. That it is gone by now does not matter.
    const by = holder(runId, opened.call);
    if (isRecalled) await threads.hold(use.id, by).catch(unlessGone);
    const rows = await threads.said(opened.key, { after: opened.from, until: opened.until });
    const { key, summary = null } = opened;
    const history = await shownHistory({ key, summary, rows }, media);
    return new ConversationThread(threads, facts, opened, by, history, media);
  }

  /** The agent that has answered last, and what it was given as its input. */
  get answeredLast(): { readonly agent: string; readonly passed: JsonValue | undefined } | undefined {
    const { agent, agentInput } = this.opened;
    return agent === undefined ? undefined : { agent, passed: agentInput };
  }

  /**
   * Puts what was said into the conversation, once, and lets go of it.
   * @param passed the input of the agent that has answered
   * @param late what users have said in the meantime that no model was told: texts, read at the very end
   */
  async append(
    said: readonly SpokenMessage[],
    passed?: JsonValue,
    late: () => readonly Message[] = () => [],
  ): Promise<void> {
    const { key } = this.opened;
    const { use, positions } = this.facts;
    const { media } = this;
    const { runId, call } = this.by;
    const messages = said.map(({ message, agent }, index) => ({
      id: index === 0 && use.messageId !== undefined ? use.messageId : newId(),
      message: { ...message, content: media.referring(message.content) },
      agent,
      ...(index === said.length - 1 && passed !== undefined ? { agentInput: passed } : {}),
    }));
    const contents = messages.map(({ message }) => message.content);
    await scope().call({
      kind: 'once',
      name: conversationCalls.appended,
      position: positions?.appended,
      arguments: { conversation: use.id, call, messages: messages.length },
      effect: 'idempotent',
      onInDoubt: 'retry',
      perform: async () => {
        await media.load(runId, contents);
        await media.store(key, contents);
      },
      writes: () => ({
        conversation: key,
        call,
        messages: [...messages, ...late().map((message) => ({ id: newId(), message, agent: undefined }))],
      }),
    });
  }

  /** The call has come to nothing. */
  release(): Promise<void> {
    return this.threads.release(this.opened.key, this.by.call);
  }
}

/** A fork of a run, or another run with the same input, makes calls with the same keys: what they say is not the same. */
function holder(runId: string, call: string): ConversationHolder {
  return { runId, call: hashOf([runId, call]) };
}

interface Unread {
  readonly key: string;
  readonly summary: string | null;
  /** Position of the last message that the summary tells of. */
  readonly until: number;
}

interface Read extends Unread {
  readonly rows: readonly MessageRow[];
}

/** Where what was said is too long, its older half goes into the running summary. */
async function summarized(
  threads: ConversationThreads,
  { use, summarize }: ThreadFacts,
  unread: Unread,
): Promise<Read> {
  const { key, summary, until } = unread;
  const rows = await threads.said(key, { after: until });
  const asked = use.summarize;
  const said = rows.map(({ body }) => body);
  if (!asked || usualTokens(said) <= asked.above) return { ...unread, rows };
  const first = firstShown(said, asked.above / 2);
  const last = rows[first - 1];
  if (!last) return { ...unread, rows };
  const former = [...(summary === null ? [] : [summaryMessage(summary)]), ...said.slice(0, first)];
  const text = (await summarize(summaryRequest({ beginning: [], former, kept: [] }), asked.model)).trim();
  if (text === '') return { ...unread, rows };
  await threads.summarize(key, text, last.position);
  return { key, summary: text, until: last.position, rows: rows.slice(first) };
}

function shownOf({ key, summary, until, rows }: Read, { window }: ConversationUse) {
  const said = rows.map(({ body }) => body);
  const first = window ? firstShown(said, window.tokens) : 0;
  const shown = rows.slice(first);
  const last = rows.findLast(({ agent }) => agent !== null);
  return {
    key,
    from: rows[first - 1]?.position ?? until,
    until: rows.at(-1)?.position ?? until,
    // Bodies are JSON.
    hash: hashOf(shown.map(({ id, body }) => [id, body]) as unknown as JsonValue),
    ...(summary === null ? {} : { summary }),
    ...(last?.agent == null ? {} : { agent: last.agent }),
    ...(last?.agentInput == null ? {} : { agentInput: last.agentInput }),
  };
}

function scope() {
  const current = currentScope();
  if (!current) throw new Error('a conversation is read in a run: this is a bug in Nestor');
  return current;
}

function unlessGone(error: unknown): void {
  if (!(error instanceof ConversationNotFoundError)) throw error;
}
