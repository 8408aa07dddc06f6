import { Injectable } from '@nestjs/common';
import { AccessControl, type Caller, principalOf, tenantOfCaller } from '../../access/index.js';
import { InputValidationError } from '../../errors/index.js';
import { currentScope } from '../../scope/index.js';
import type { MemoryPlace } from './memories.js';
import type { Memory } from './memory.js';
import type { MemoryOwner } from './memory-options.js';

type MemoryOperation = 'memory.read' | 'memory.write';

/** Says of whom memories are, and who may have them. */
@Injectable()
export class MemoryAccess {
  constructor(private readonly control: AccessControl) {}

  /** @throws {AccessDeniedError} if nobody is known */
  caller(operation: MemoryOperation): Promise<Caller> {
    return this.control.caller(undefined, operation);
  }

  tenantOf(caller: Caller): string {
    return tenantOfCaller(caller) ?? '';
  }

  /**
   * Where the memories are that a caller means.
   * @throws {AccessDeniedError} if they are not the caller's own, and the policy does not allow it
   * @throws {InputValidationError} if nobody is meant
   */
  async place(caller: Caller, owner: MemoryOwner, operation: MemoryOperation): Promise<MemoryPlace> {
    const { scope = 'user' } = owner;
    const place = { tenant: this.tenantOf(caller), scope, owner: ownerOf(caller, owner) };
    await this.assert(caller, place, operation);
    return place;
  }

  /** Every memory of the tenant. @throws {AccessDeniedError} */
  async all(caller: Caller, operation: MemoryOperation): Promise<string> {
    const tenant = this.tenantOf(caller);
    await this.control.assert(caller, operation, { kind: 'memory', ...(tenant === '' ? {} : { tenant }) });
    return tenant;
  }

  /** Whether a caller may have a memory of the own tenant. */
  async may(caller: Caller, { scope, owner = '' }: Memory, operation: MemoryOperation): Promise<boolean> {
    try {
      await this.assert(caller, { tenant: this.tenantOf(caller), scope, owner }, operation);
      return true;
    } catch {
      return false;
    }
  }

  private async assert(
    caller: Caller,
    { tenant, scope, owner }: MemoryPlace,
    operation: MemoryOperation,
  ): Promise<void> {
    // An agent that works has what it has remembered itself.
    if (scope === 'agent' && owner === currentScope()?.agent) return;
    await this.control.assert(caller, operation, {
      kind: 'memory',
      ...(tenant === '' ? {} : { tenant }),
      ...(scope === 'user' ? { owner } : {}),
    });
  }
}

function ownerOf(caller: Caller, { scope = 'user', user, agent }: MemoryOwner): string {
  switch (scope) {
    case 'tenant':
      return '';
    case 'agent':
      return agent ?? currentScope()?.agent ?? missing('agent', 'No agent works here');
    case 'user':
      // A host that names no principals has one user.
      return (
        user ??
        principalOf(caller)?.id ??
        (caller.kind === 'application' ? '' : missing('user', "The host's own code is nobody in particular"))
      );
  }
}

function missing(name: 'user' | 'agent', why: string): never {
  throw new InputValidationError(
    `${why}: say whose memory is meant by '${name}', or take another scope, such as 'tenant'.`,
  );
}
