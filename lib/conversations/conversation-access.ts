import { Injectable } from '@nestjs/common';
import type { ConversationRow } from '../database/index.js';
import { errorMessage, logSafely } from '../errors/index.js';
import { AccessPolicy } from '../gate/index.js';
import type { Principal } from '../values/index.js';
import { conversationNotFound } from './conversation-faults.js';
import { Conversations } from './conversations.js';

export type ConversationOperation = 'read' | 'write';

/** Says whose a conversation is. For those who may not have it, it does not exist. */
@Injectable()
export class ConversationAccess {
  constructor(
    private readonly conversations: Conversations,
    private readonly policy: AccessPolicy,
  ) {}

  /** @throws {ConversationNotFoundError} if there is none of that id that the principal may read, or write to */
  async find(
    principal: Principal | undefined,
    id: string,
    operation: ConversationOperation,
  ): Promise<ConversationRow> {
    const row =
      typeof id === 'string' ? await this.conversations.find(principal?.tenant ?? '', id) : undefined;
    if (!row) throw conversationNotFound(id);
    await this.assert(principal, row, operation);
    return row;
  }

  /** @throws {ConversationNotFoundError} */
  async assert(
    principal: Principal | undefined,
    row: ConversationRow,
    operation: ConversationOperation,
  ): Promise<void> {
    if (row.owner !== (principal?.id ?? '') && !(await this.isAllowed(principal, row, operation)))
      throw conversationNotFound(row.id);
  }

  private async isAllowed(
    principal: Principal | undefined,
    { id, owner }: ConversationRow,
    operation: ConversationOperation,
  ): Promise<boolean> {
    const rule = { rule: `conversation.${operation}`, owner };
    try {
      // Nothing but a clear yes: what a host wrote without types may answer anything.
      return (await this.policy.allows(principal, rule, { kind: 'conversation', name: id })) === true;
    } catch (error) {
      logSafely('error', `The access policy threw an error, which denies: ${errorMessage(error)}`);
      return false;
    }
  }
}
