import { Injectable } from '@nestjs/common';
import { AccessControl, tenantOfCaller } from '../../access/index.js';
import { CallCache } from '../../cache/index.js';
import { Conversations } from '../../conversations/index.js';
import { InputValidationError } from '../../errors/index.js';
import { AdHocRuns } from '../../scope/index.js';
import { passGate } from '../../tools/index.js';
import { composed, ignoreRejection, option, type OptionRules } from '../../values/index.js';
import { KnowledgeStore } from '../knowledge/knowledge-store.js';
import { Memories } from '../memory/memories.js';

/** Whose data is to go, and why. */
export interface Erasure {
  /** Id of the person: as a principal, and as memories and documents name whom they are about. */
  readonly about: string;
  /** Goes on record. */
  readonly reason: string;
}

/** How much has gone. */
export interface ErasedPerson {
  /** About the person, and the person's own. */
  readonly memories: number;
  /** With their messages, pictures and files. */
  readonly conversations: number;
  /** Cached answers and outputs. */
  readonly cached: number;
  /** Documents of knowledge bases, with their chunks and vectors. */
  readonly documents: number;
}

const fields = option.fields({
  about: option.identifier(),
  reason: option.text,
} satisfies OptionRules<Erasure>);
/** Conversations that are deleted between two looks. */
const pageSize = 100;
const timeout = 600_000;

/** Takes out what is kept of a person between runs. */
@Injectable()
export class ErasureService {
  constructor(
    private readonly memories: Memories,
    private readonly conversations: Conversations,
    private readonly cache: CallCache,
    private readonly knowledge: KnowledgeStore,
    private readonly control: AccessControl,
    private readonly adHoc: AdHocRuns,
  ) {}

  /**
   * Erases what is kept of a person of the caller's tenant between runs: memories, conversations, cached results, documents. What runs
   * have written into their journals stays until `audit.retention` lets it go. Who has erased whom, when and why is on record. If it
   * fails on the way, do it again: what has gone is gone.
   * @throws {InputValidationError} {AccessDeniedError} without `person.erase`
   * @example
   * await this.erasure.erase({ about: customer.id, reason: 'request of 3 May' });
   */
  erase(erasure: Erasure): Promise<ErasedPerson> {
    return ignoreRejection(this.pass(erasure));
  }

  private async pass(erasure: Erasure): Promise<ErasedPerson> {
    const problems = problemsOf(erasure);
    if (problems.length > 0) throw new InputValidationError(problems.join(' '));
    const call = { kind: 'once', name: 'person.erase', effect: 'idempotent', onInDoubt: 'retry' } as const;
    // As principals are named, and as memories and documents name whom they are about.
    const person = composed(erasure.about);
    const perform = () => this.perform(person);
    return passGate({ ...call, arguments: { ...erasure, about: person }, timeout, perform }, this.adHoc);
  }

  private async perform(person: string): Promise<ErasedPerson> {
    const caller = await this.control.caller(undefined, 'person.erase');
    const tenant = tenantOfCaller(caller) ?? '';
    await this.control.assert(caller, 'person.erase', {
      kind: 'person',
      name: person,
      ...(tenant === '' ? {} : { tenant }),
    });
    return {
      memories: await this.memories.removeOf(tenant, person),
      conversations: await this.conversationsOf(tenant, person),
      cached: await this.cache.removeOf(tenant, person),
      documents: await this.knowledge.removeAbout(tenant, person),
    };
  }

  private async conversationsOf(tenant: string, owner: string): Promise<number> {
    let gone = 0;
    for (;;) {
      const { items } = await this.conversations.list({ tenant, owner, limit: pageSize });
      for (const { key } of items) await this.conversations.delete(key);
      gone += items.length;
      if (items.length < pageSize) return gone;
    }
  }
}

function problemsOf(erasure: unknown): readonly string[] {
  const problems = [...fields(erasure, 'erase()')];
  const { about, reason } = (erasure ?? {}) as Partial<Erasure>;
  if (about === undefined) problems.push('erase().about is missing: whose data is to go.');
  if (reason === undefined) problems.push('erase().reason is missing: why; it goes on record.');
  return problems;
}
