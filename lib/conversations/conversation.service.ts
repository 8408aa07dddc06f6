import { Injectable } from '@nestjs/common';
import { type Message, readContent } from '../content/index.js';
import type { ConversationRow } from '../database/index.js';
import { InputValidationError } from '../errors/index.js';
import { BlobStore } from '../journal/index.js';
import { type JsonValue, newId, type Page, PayloadLimit, query, readQuery, toJson } from '../values/index.js';
import {
  type Conversation,
  type ConversationMessage,
  conversationOf,
  conversationMessageOf,
} from './conversation.js';
import { ConversationAccess, type ConversationOperation, ownerOf } from './conversation-access.js';
import { conversationBusy, conversationNotFound } from './conversation-faults.js';
import { answeringRun, Conversations } from './conversations.js';

export interface OpenConversationOptions {
  /** Of at most 255 characters, unique within the tenant. @default a new one */
  readonly id?: string | undefined;
  /** For people. */
  readonly title?: string | undefined;
  /** JSON of your own, such as the shop that it belongs to. */
  readonly metadata?: JsonValue | undefined;
}

export interface ConversationFilter {
  /** @default 50, at most 500 */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

export interface MessagesPage {
  /** Id of a message: only what was said after it. @default from the first one */
  readonly after?: string | undefined;
  /** @default 100, at most 500 */
  readonly limit?: number | undefined;
}

/** A message that code puts into a conversation. */
export interface AppendedMessage {
  /** One that is there already is left as it is. @default a new one */
  readonly id?: string | undefined;
  readonly message: Message;
}

const largestPage = 500;
const longestId = 255;
const longestTitle = 1_000;

/**
 * The threads of messages between people and agents. Each belongs to the principal who opened it. To others of the tenant it is
 * open as far as the `AccessPolicy` allows `conversation.read` or `conversation.write`; for everybody else it does not exist.
 */
@Injectable()
export class ConversationService {
  constructor(
    private readonly conversations: Conversations,
    private readonly access: ConversationAccess,
    private readonly blobs: BlobStore,
    private readonly limit: PayloadLimit,
  ) {}

  /**
   * A new conversation of the current principal, or the one that is there under that id: its title and metadata stay as they are.
   * @throws {ConversationNotFoundError} if the id is taken by somebody else's
   * @throws {InputValidationError} {PayloadError}
   */
  async open(options: OpenConversationOptions = {}): Promise<Conversation> {
    const { id, title, metadata } = readQuery(options, openRules, 'ConversationService.open()');
    const caller = await this.access.caller('write');
    const key = newId();
    const row = await this.conversations.open({
      key,
      id: id ?? key,
      ...ownerOf(caller),
      title,
      metadata: toJson(metadata, 'the metadata of a conversation', this.limit.bytes),
    });
    await this.access.assert(caller, row, 'write');
    return conversationOf(row);
  }

  /** @throws {ConversationNotFoundError} */
  async get(id: string): Promise<Conversation> {
    return conversationOf(await this.row(id, 'read'));
  }

  /** Those of the current principal; where something was said last comes first. @throws {InputValidationError} */
  async list(filter: ConversationFilter = {}): Promise<Page<Conversation>> {
    const { limit = 50, cursor } = readQuery(filter, listRules, 'ConversationService.list()');
    const page = await this.conversations.list({
      ...ownerOf(await this.access.caller('read')),
      limit,
      cursor,
    });
    return { ...page, items: page.items.map(conversationOf) };
  }

  /**
   * What was said, in its order; `next` is the id to pass as `after` for more.
   * @throws {ConversationNotFoundError} {InputValidationError}
   */
  async messages(id: string, page: MessagesPage = {}): Promise<Page<ConversationMessage>> {
    const { after, limit = 100 } = readQuery(page, messagesRules, 'ConversationService.messages()');
    const { key } = await this.row(id, 'read');
    const from = after === undefined ? 0 : await this.position(key, after);
    const rows = await this.conversations.messages(key, { after: from, limit: limit + 1 });
    const items = rows.slice(0, limit).map(conversationMessageOf);
    const last = items.at(-1);
    return rows.length > limit && last ? { items, next: last.id } : { items };
  }

  /** The bytes of a picture or file to which a message refers: `blob` of a part. @throws {ConversationNotFoundError} */
  async media(id: string, blob: string): Promise<Uint8Array | undefined> {
    const { key } = await this.row(id, 'read');
    return this.blobs.get(key, blob);
  }

  /**
   * Puts messages at the end, such as what was said elsewhere.
   * @throws {ConversationNotFoundError} {ConversationBusyError} if a run answers in it {InputValidationError} {PayloadError}
   */
  async append(id: string, messages: readonly AppendedMessage[]): Promise<void> {
    const written = messages.map(({ id: messageId, message }, index) => {
      const where = `messages[${index}]`;
      if (message.role === 'system')
        throw new InputValidationError(`${where}: instructions are not said in a conversation`);
      const content = readContent(message.content, message.role, `${where}.content`);
      // Snapshot of what was checked: nobody changes it any more.
      const body = toJson({ ...message, content }, where, this.limit.bytes) as unknown as Message;
      return { id: messageId ?? newId(), message: body };
    });
    const row = await this.row(id, 'write');
    await this.assertFree(row);
    if (!(await this.conversations.append(row.key, written))) throw conversationNotFound(id);
  }

  /**
   * Removes what was said after a message; with `after: undefined`, everything.
   * @throws {ConversationNotFoundError} {ConversationBusyError} if a run answers in it {InputValidationError} if there is no such message
   */
  async truncate(id: string, { after }: { readonly after: string | undefined }): Promise<void> {
    const row = await this.row(id, 'write');
    await this.assertFree(row);
    await this.conversations.truncate(row.key, after === undefined ? 0 : await this.position(row.key, after));
  }

  /** With all its messages. A run that answers in it comes to its end, and what it says is kept with the run alone. @throws {ConversationNotFoundError} */
  async delete(id: string): Promise<void> {
    const { key } = await this.row(id, 'write');
    await this.conversations.delete(key);
  }

  private async row(id: string, operation: ConversationOperation): Promise<ConversationRow> {
    return this.access.find(id, operation);
  }

  private async position(key: string, id: string): Promise<number> {
    const message = await this.conversations.message(key, id);
    if (message) return message.position;
    throw new InputValidationError(`The conversation has no message '${id}'`, {
      details: { issues: [{ path: '$.after', message: 'takes the id of a message of the conversation' }] },
    });
  }

  private async assertFree({ key, id }: ConversationRow): Promise<void> {
    const runId = answeringRun(await this.conversations.holder(key));
    if (runId !== undefined) throw conversationBusy(id, runId);
  }
}

const openRules = {
  id: query.shortName(longestId),
  title: query.shortName(longestTitle),
  metadata: query.unchecked,
} as const;

const listRules = { limit: query.pageLimit(largestPage), cursor: query.textField } as const;

const messagesRules = { after: query.textField, limit: query.pageLimit(largestPage) } as const;
