import { Injectable } from '@nestjs/common';
import { AccessControl, type AccessResource, type Caller, principalOf } from '../access/index.js';
import type { ConversationRow } from '../database/index.js';
import { conversationNotFound } from './conversation-faults.js';
import { Conversations } from './conversations.js';

export type ConversationOperation = 'read' | 'write';

/** Says whose a conversation is. For those who may not have it, it does not exist. */
@Injectable()
export class ConversationAccess {
  constructor(
    private readonly conversations: Conversations,
    private readonly control: AccessControl,
  ) {}

  /**
   * @throws {ConversationNotFoundError} if there is none of that id that the caller may read, or write to
   * @throws {AccessDeniedError} if nobody is known who calls
   */
  async find(id: string, operation: ConversationOperation): Promise<ConversationRow> {
    const caller = await this.caller(operation);
    const row = typeof id === 'string' ? await this.conversations.find(tenantOf(caller), id) : undefined;
    if (!row) throw conversationNotFound(id);
    await this.assert(caller, row, operation);
    return row;
  }

  /** @throws {ConversationNotFoundError} */
  async assert(caller: Caller, row: ConversationRow, operation: ConversationOperation): Promise<void> {
    const resource: AccessResource = {
      kind: 'conversation',
      name: row.id,
      owner: row.owner,
      ...(row.tenant === '' ? {} : { tenant: row.tenant }),
    };
    if (!(await this.control.may(caller, `conversation.${operation}`, resource)))
      throw conversationNotFound(row.id);
  }

  /** @throws {AccessDeniedError} if nobody is known */
  caller(operation: ConversationOperation): Promise<Caller> {
    return this.control.caller(undefined, `conversation.${operation}`);
  }
}

/** Whose a conversation becomes that a caller opens. */
export function ownerOf(caller: Caller): Pick<ConversationRow, 'tenant' | 'owner'> {
  return { tenant: tenantOf(caller), owner: principalOf(caller)?.id ?? '' };
}

function tenantOf(caller: Caller): string {
  if (caller.kind === 'system') return caller.system.tenant ?? '';
  return principalOf(caller)?.tenant ?? '';
}
