import { ConversationThreads } from '../../conversations/index.js';
import type { MessageRow } from '../../database/index.js';
import { ConversationNotFoundError } from '../../errors/index.js';
import { ConversationMedia } from '../../media/index.js';
import {
  firstShown,
  type Message,
  summaryMessage,
  summaryRequest,
  usualTokens,
  wholeExchanges,
} from '../../models/index.js';
import {
  type CallPosition,
  type ConversationUse,
  currentScope,
  type PerformContext,
} from '../../scope/index.js';
import { hashOf, type JsonValue, newId, type Principal } from '../../values/index.js';
import type { AgentPorts } from '../loop/agent-ports.js';
import { summaryTurns } from '../loop/agent-turns.js';
import type { RegisteredAgent } from '../registered-agent.js';
import type { SpokenMessage } from './exchange.js';

/** Which part of a conversation a call was shown, as its record tells. */
interface OpenedThread {
  readonly key: string;
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

/** Who answers, and in which conversation. */
export interface ThreadFacts {
  readonly use: ConversationUse;
  readonly agent: RegisteredAgent;
  readonly principal: Principal | undefined;
}

/** Places among the calls of an agent, apart from those of its turns. */
const positions = { opened: [0, 2], appended: [0, 3] } as const satisfies Record<string, CallPosition>;

/** The conversation in which a call of an agent answers. */
export class AgentThread {
  private constructor(
    private readonly threads: ConversationThreads,
    private readonly use: ConversationUse,
    private readonly opened: OpenedThread,
    /** What was said before, as far as it is shown. */
    readonly history: readonly Message[],
    readonly media: ConversationMedia,
    private readonly context: PerformContext,
  ) {}

  /**
   * Takes the conversation and reads it, once in the life of the call.
   * @throws {ConversationNotFoundError} {ConversationBusyError}
   */
  static async open(ports: AgentPorts, facts: ThreadFacts, context: PerformContext): Promise<AgentThread> {
    const { use, principal } = facts;
    const { threads } = ports;
    const media = new ConversationMedia(ports.blobs, ports.limit.mediaBytes);
    const by = { runId: context.runId, call: context.idempotencyKey };
    let isRecalled = false;
    const opened = await scope().call<OpenedThread>({
      kind: 'once',
      name: 'conversation',
      position: positions.opened,
      arguments: use,
      effect: 'idempotent',
      onInDoubt: 'retry',
      recalled: () => {
        isRecalled = true;
      },
      perform: async () => {
        const { key, summary, summaryUntil } = await threads.hold(use.id, by, principal);
        const before = { key, summary, until: summaryUntil ?? 0 };
        return shownOf(await summarized(ports, facts, media, before), use);
      },
    });
    // A call that had failed has released it. That it is gone by now does not matter.
    if (isRecalled) await threads.hold(use.id, by, principal).catch(unlessGone);
    const rows = await threads.said(opened.key, { after: opened.from, until: opened.until });
    const kept = wholeExchanges(rows.map(({ body }) => ({ message: body }))).map(({ message }) => message);
    const history = opened.summary === undefined ? kept : [summaryMessage(opened.summary), ...kept];
    await media.load(
      opened.key,
      kept.map(({ content }) => content),
    );
    return new AgentThread(threads, use, opened, history, media, context);
  }

  /** The agent that has answered last, and what it was given as its input. */
  get answeredLast(): { readonly agent: string; readonly passed: JsonValue | undefined } | undefined {
    const { agent, agentInput } = this.opened;
    return agent === undefined ? undefined : { agent, passed: agentInput };
  }

  /** Puts what was said into the conversation, once, and lets go of it. @param passed the input of the agent that has answered */
  async append(said: readonly SpokenMessage[], passed: JsonValue | undefined): Promise<void> {
    const { key } = this.opened;
    const { use, media, context } = this;
    const contents = said.map(({ message }) => message.content);
    const messages = said.map(({ message, agent }, index) => ({
      id: index === 0 && use.messageId !== undefined ? use.messageId : newId(),
      message,
      agent,
      ...(index === said.length - 1 && passed !== undefined ? { agentInput: passed } : {}),
    }));
    await scope().call({
      kind: 'once',
      name: 'conversation.append',
      position: positions.appended,
      arguments: { conversation: use.id, messages: messages.length },
      effect: 'idempotent',
      onInDoubt: 'retry',
      perform: async () => {
        await media.load(context.runId, contents);
        await media.store(key, contents);
      },
      writes: () => ({ conversation: key, call: context.idempotencyKey, messages }),
    });
  }

  /** The call has come to nothing. */
  release(): Promise<void> {
    return this.threads.release(this.opened.key, this.context.idempotencyKey);
  }
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
  ports: AgentPorts,
  { use, agent }: ThreadFacts,
  media: ConversationMedia,
  unread: Unread,
): Promise<Read> {
  const { key, summary, until } = unread;
  const rows = await ports.threads.said(key, { after: until });
  const { summarize } = use;
  const said = rows.map(({ body }) => body);
  if (!summarize || usualTokens(said) <= summarize.above) return { ...unread, rows };
  const first = firstShown(said, summarize.above / 2);
  const last = rows[first - 1];
  if (!last) return { ...unread, rows };
  const { model } = summarize;
  const maxTokens = agent.options.maxTokens ?? ports.catalog.maxTokens;
  const turns = summaryTurns(ports, agent, { model, maxTokens, media, byPosition: false });
  const former = [...(summary === null ? [] : [summaryMessage(summary)]), ...said.slice(0, first)];
  const messages = summaryRequest({ beginning: [], former, kept: [] });
  const { answer } = await turns.ask({ turn: 1, messages, toolSet: undefined, toolChoice: undefined });
  const text = answer.text.trim();
  if (text === '') return { ...unread, rows };
  await ports.threads.summarize(key, text, last.position);
  return { key, summary: text, until: last.position, rows: rows.slice(first) };
}

function shownOf({ key, summary, until, rows }: Read, { window }: ConversationUse): OpenedThread {
  const said = rows.map(({ body }) => body);
  const first = window ? firstShown(said, window.tokens) : 0;
  const shown = rows.slice(first);
  const last = rows.findLast(({ agent }) => agent !== null);
  return {
    key,
    from: rows[first - 1]?.position ?? until,
    until: rows.at(-1)?.position ?? until,
    hash: hashOf(shown.map(({ id, body }) => [id, body]) as unknown as JsonValue),
    ...(summary === null ? {} : { summary }),
    ...(last?.agent == null ? {} : { agent: last.agent }),
    ...(last?.agentInput == null ? {} : { agentInput: last.agentInput }),
  };
}

function scope() {
  const current = currentScope();
  if (!current) throw new Error('an agent answers in a run: this is a bug in Nestor');
  return current;
}

function unlessGone(error: unknown): void {
  if (!(error instanceof ConversationNotFoundError)) throw error;
}
