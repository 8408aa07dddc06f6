import { Injectable } from '@nestjs/common';
import { principalOf } from '../../access/index.js';
import { milliseconds } from '../../clock/index.js';
import { NonRetryableError } from '../../errors/index.js';
import { AdHocRuns, currentScope } from '../../scope/index.js';
import { readProperty } from '../../text/index.js';
import { passGate } from '../../tools/index.js';
import { derivedId, given, ignoreRejection, type Page } from '../../values/index.js';
import { Memories } from './memories.js';
import type { Memory, MemoryOrigin, RecalledMemory } from './memory.js';
import { MemoryAccess } from './memory-access.js';
import {
  type ForgottenMemories,
  type MemoryFilter,
  type MemoryQuery,
  type NewMemory,
  readForgotten,
  readMemoryFilter,
  readMemoryQuery,
  readNewMemory,
} from './memory-options.js';
import { relevance } from './relevance.js';

/** Memories of one place and subject that are compared with a query: the newest. */
const mostCompared = 500;
const timeout = 30_000;

/** What is remembered from run to run. Every writing and every reading passes the gate. */
@Injectable()
export class MemoryService {
  constructor(
    private readonly memories: Memories,
    private readonly access: MemoryAccess,
    private readonly adHoc: AdHocRuns,
  ) {}

  /**
   * Remembers a statement, with where it comes from. The same statement in the same place is one memory, remembered anew.
   * @returns its id
   * @throws {InputValidationError} {GuardrailBlockedError} by a guardrail at `memory.write`
   * @throws {AccessDeniedError} in another scope than that of the current principal, without `memory.write`
   * @example
   * await this.memory.remember({ about: customer.id, text: 'Wants invoices in German.', expiresIn: '365d' });
   */
  remember(memory: NewMemory): Promise<string> {
    return ignoreRejection(this.write(memory, currentScope() ? 'code' : 'person'));
  }

  /** @internal What a model wants to remember. */
  rememberForModel(memory: NewMemory): Promise<string> {
    return ignoreRejection(this.write(memory, 'model'));
  }

  /**
   * What is known about somebody: what has most of the query comes first, else the newest. At most 500 memories are compared, the newest.
   * In a step it is asked once: after a wait or a crash the step is given the same.
   * @throws {InputValidationError} {AccessDeniedError}
   * @throws {GuardrailBlockedError} by a guardrail at `memory.read`
   */
  recall(query: MemoryQuery): Promise<readonly RecalledMemory[]> {
    return ignoreRejection(this.read(query));
  }

  /**
   * Forgets one memory by its id, or all about somebody: with a `scope` those of it, without one all of the tenant, for which it takes
   * the permission `memory.write`.
   * @returns how many there were that the caller may forget
   * @throws {InputValidationError} {AccessDeniedError}
   */
  forget(which: string | ForgottenMemories): Promise<number> {
    return ignoreRejection(typeof which === 'string' ? this.forgetOne(which) : this.forgetAbout(which));
  }

  /** Memories for people to look at, the newest first. @throws {InputValidationError} {AccessDeniedError} */
  async list(asked: MemoryFilter = {}): Promise<Page<Memory>> {
    const filter = readMemoryFilter(asked);
    const { about, limit = 50, cursor } = filter;
    const place = await this.access.place(await this.access.caller('memory.read'), filter, 'memory.read');
    return this.memories.list({ ...place, about, limit, cursor });
  }

  private async write(asked: NewMemory, by: MemoryOrigin['by']): Promise<string> {
    const memory = readNewMemory(asked);
    return passGate(
      {
        kind: 'memory.write',
        name: memory.scope ?? 'user',
        arguments: memory,
        effect: 'idempotent',
        onInDoubt: 'retry',
        timeout,
        perform: async (args) => {
          // A guardrail may have changed it.
          const changed = readNewMemory(args);
          const { about, text, trust = 'untrusted', message, expiresIn } = changed;
          const caller = await this.access.caller('memory.write');
          const place = await this.access.place(caller, changed, 'memory.write');
          const { tenant, scope, owner } = place;
          const id = derivedId('memory', tenant, scope, owner, about, text);
          const { runId, step, agent } = currentScope() ?? {};
          const origin = {
            by,
            ...given({ principal: principalOf(caller)?.id, runId, step, agent, message }),
          };
          const lasts = expiresIn === undefined ? undefined : milliseconds(expiresIn);
          await this.memories.put({ ...place, id, about, text, trust, origin, expiresIn: lasts });
          return id;
        },
      },
      this.adHoc,
    );
  }

  private async read(asked: MemoryQuery): Promise<readonly RecalledMemory[]> {
    const query = readMemoryQuery(asked);
    return passGate(
      {
        kind: 'memory.read',
        name: query.scope ?? 'user',
        arguments: query,
        effect: 'none',
        onInDoubt: 'retry',
        timeout,
        transformed: (value) => readRecalled(value),
        perform: async () => {
          const place = await this.access.place(
            await this.access.caller('memory.read'),
            query,
            'memory.read',
          );
          const { items } = await this.memories.list({ ...place, about: query.about, limit: mostCompared });
          return ranked(items, query);
        },
      },
      this.adHoc,
    );
  }

  private async forgetOne(id: string): Promise<number> {
    return this.forgotten({ id }, async () => {
      const caller = await this.access.caller('memory.write');
      const tenant = this.access.tenantOf(caller);
      const memory = await this.memories.find(tenant, id);
      if (!memory || !(await this.access.may(caller, memory, 'memory.write'))) return 0;
      return Number(await this.memories.remove(tenant, memory.id));
    });
  }

  private async forgetAbout(asked: ForgottenMemories): Promise<number> {
    const which = readForgotten(asked);
    return this.forgotten({ ...which }, async () => {
      const caller = await this.access.caller('memory.write');
      if (which.scope === undefined)
        return this.memories.removeAbout(
          { tenant: await this.access.all(caller, 'memory.write') },
          which.about,
        );
      return this.memories.removeAbout(await this.access.place(caller, which, 'memory.write'), which.about);
    });
  }

  private forgotten(which: object, perform: () => Promise<number>): Promise<number> {
    const call = { kind: 'once', name: 'memory.forget', effect: 'idempotent', onInDoubt: 'retry' } as const;
    return passGate({ ...call, arguments: which, timeout, perform }, this.adHoc);
  }
}

function ranked(memories: readonly Memory[], { query, limit = 8 }: MemoryQuery): readonly RecalledMemory[] {
  const scored = memories.map(({ rememberedAt, expiresAt: _, ...memory }) => ({
    ...memory,
    rememberedAt: rememberedAt.toISOString(),
    score: query === undefined ? 0 : relevance(query, memory.text),
  }));
  // Equal ones stay as they are: the newest first.
  return scored.toSorted((a, b) => b.score - a.score).slice(0, limit);
}

/** What a guardrail has made of memories. */
function readRecalled(value: unknown): unknown {
  const isList =
    Array.isArray(value) &&
    value.every((each) =>
      ['id', 'about', 'text'].every((name) => typeof readProperty(each, name) === 'string'),
    );
  if (isList) return value;
  throw new NonRetryableError(
    'A guardrail at memory.read has not given back memories: give the list that it was shown, changed or shortened.',
  );
}
