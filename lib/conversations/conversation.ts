import type { Message } from '../content/index.js';
import type { ConversationRow, MessageRow } from '../database/index.js';
import { given, type JsonValue } from '../values/index.js';

/** A thread of messages between a person and agents. */
export interface Conversation {
  /** Unique within its tenant. */
  readonly id: string;
  /** Id of the principal whose it is; absent where it was opened by nobody in particular. */
  readonly owner?: string;
  readonly tenant?: string;
  readonly title?: string;
  readonly metadata?: JsonValue;
  /** The run that answers in it now. */
  readonly runId?: string;
  readonly createdAt: Date;
  /** When something was said last. */
  readonly updatedAt: Date;
}

/** A message as a conversation keeps it. */
export interface ConversationMessage {
  readonly id: string;
  readonly message: Message;
  /** The agent that has said it. */
  readonly agent?: string;
  /** The run in which it was said; absent where it was put there by hand. */
  readonly runId?: string;
  readonly createdAt: Date;
}

export function conversationOf(row: ConversationRow): Conversation {
  const { id, owner, tenant, title, metadata, heldBy, createdAt, updatedAt } = row;
  return {
    id,
    ...given({
      owner: owner === '' ? undefined : owner,
      tenant: tenant === '' ? undefined : tenant,
      title: title ?? undefined,
      metadata: metadata ?? undefined,
      runId: heldBy ?? undefined,
    }),
    createdAt,
    updatedAt,
  };
}

export function conversationMessageOf({
  id,
  body,
  agent,
  runId,
  createdAt,
}: MessageRow): ConversationMessage {
  return {
    id,
    message: body,
    ...given({ agent: agent ?? undefined, runId: runId ?? undefined }),
    createdAt,
  };
}
