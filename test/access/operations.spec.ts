import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  AgentService,
  AuditService,
  BudgetService,
  CacheService,
  ErasureService,
  ConversationService,
  CurrentPrincipal,
  KillSwitchService,
  MemoryService,
  TemplateRegistry,
  Orchestrator,
  operations,
  ReviewService,
} from 'nestjs-nestor';
import { type KnowledgeBase, KnowledgeBaseModule, knowledgeBaseToken } from 'nestjs-nestor/retrieval';
import { type Host, openHost, stores } from '../e2e/host.js';
import { type Actor, actors, inWords, policy, principalOf, type Tenant, tenants } from './cast.js';
import { letterOf, type Row, rows, type Services, type Target } from './rows.js';
import {
  BoomWorkflow,
  ChiefAgent,
  ClerkAgent,
  ClosedStepWorkflow,
  ClosedWorkflow,
  GuardedWorkflow,
  LetterWorkflow,
  Till,
} from './workflows.js';

type Outcome = 'allowed' | 'denied' | 'not found';

/** What is to come of it, from the table alone. */
function expected(row: Row, actor: Actor, tenant: Tenant): Outcome {
  if (actor.kind === 'nobody') return 'denied';
  if (!reaches(row, actor, row.isOfNone ? undefined : tenant)) {
    if (actor.kind === 'system' && row.host === false) return 'denied';
    return row.refusal === 'ACCESS_DENIED' ? 'denied' : 'not found';
  }
  const isAllowed =
    actor.kind === 'system' ? row.host !== false : row.may.includes(actor.part) || isOperator(row, actor);
  if (isAllowed) return 'allowed';
  // Of a conversation that somebody may not have, they do not learn that it is there; and a list just does not show it.
  return row.refusal === 'CONVERSATION_NOT_FOUND' || row.isList ? 'not found' : 'denied';
}

function reaches(row: Row, actor: Exclude<Actor, { kind: 'nobody' }>, tenant: Tenant): boolean {
  const isOfNone = row.isOwn ? actor.tenant === undefined : tenant === undefined;
  if (row.isShared && isOfNone)
    return actor.kind === 'system' ? actor.tenant === undefined : isPlatform(row, actor);
  if (row.isOwn) return true;
  const reachesAll = actor.kind === 'system' ? actor.tenant === undefined : isPlatform(row, actor);
  if (!row.isByName && reachesAll) return true;
  return actor.tenant === tenant;
}

/** A role of the platform counts for those without a tenant, and not for what nobody has granted it. */
function isPlatform({ operation }: Row, actor: Actor): boolean {
  const isOfNone = actor.kind === 'principal' && actor.part === 'operator' && actor.tenant === undefined;
  return isOfNone && operation !== 'principal.impersonate';
}

function isOperator(row: Row, actor: Actor): boolean {
  return isPlatform(row, actor) && grantsRuns(row.operation);
}

/** Beginnings and decisions take what is declared for them, whatever else somebody may do. */
function grantsRuns(operation: Row['operation']): boolean {
  const declared = [
    'run.start',
    'step.run',
    'tool.call',
    'model.call',
    'agent.run',
    'handoff',
    'review.decide',
    'review.delegate',
  ];
  return !declared.includes(operation);
}

it('every operation has a row', () => {
  expect(new Set(rows.map(({ operation }) => operation))).toEqual(new Set(operations));
});

describe.each(stores)('who may do what (%s)', (store) => {
  let host: Host;
  let services: Services;
  let current: CurrentPrincipal;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    host = await openHost(
      store,
      [
        BoomWorkflow,
        ChiefAgent,
        ClerkAgent,
        ClosedStepWorkflow,
        ClosedWorkflow,
        GuardedWorkflow,
        LetterWorkflow,
        Till,
      ],
      {
        principal: () => undefined,
        access: policy,
        templates: { directory: new URL('templates', import.meta.url).pathname },
      },
      { imports: [KnowledgeBaseModule.forFeature('letters')] },
    );
    const get = <T>(type: abstract new (...args: never[]) => T) =>
      host.t.module.get<T>(type as never, { strict: false });
    current = get(CurrentPrincipal);
    services = {
      orchestrator: get(Orchestrator),
      reviews: get(ReviewService),
      budgets: get(BudgetService),
      audit: get(AuditService),
      conversations: get(ConversationService),
      agents: get(AgentService),
      killSwitch: get(KillSwitchService),
      memory: get(MemoryService),
      cache: get(CacheService),
      erasure: get(ErasureService),
      templates: get(TemplateRegistry),
      letters: host.t.module.get<KnowledgeBase>(knowledgeBaseToken('letters'), { strict: false }),
    };
    for (const tenant of tenants) {
      const system = { name: 'test', reason: 'a letter', ...(tenant === undefined ? {} : { tenant }) };
      await current.asSystem(system, () =>
        services.letters.ingest([{ uri: letterOf(tenant), text: 'A letter.' }]),
      );
    }
    const transfer = { toolCalls: [{ name: 'transfer_to_chief', arguments: { reason: 'x' } }] };
    host.t.models.on('chief').reply('I decide.');
    host.t.models
      .on('clerk')
      .reply(({ messages }) =>
        messages.some(({ role }) => role === 'tool') ? 'I am not allowed.' : transfer,
      );
    host.t.models.on('hello').reply('hello');
  });
  afterAll(() => host.close());

  async function target(row: Row, tenant: Tenant): Promise<Target> {
    const owner = principalOf('owner', tenant);
    const { t } = host;
    const since = new Date(t.clock.now());
    return current.run(owner, async () => {
      const { runId } = await t.run(row.of === 'failed' ? BoomWorkflow : LetterWorkflow, 'x');
      const { items } = await services.reviews.list({ runId });
      const { id: conversation } = await services.conversations.open();
      const { id: reviewId = '', proposedHash = '' } = items[0] ?? {};
      return { tenant, runId, reviewId, proposedHash, conversation, since };
    });
  }

  async function outcome(row: Row, actor: Actor, on: Target): Promise<Outcome | string> {
    const act = () => row.act(services, on);
    try {
      const result = await (actor.kind === 'system'
        ? current.asSystem(
            {
              name: 'test',
              reason: 'looks',
              ...(actor.tenant === undefined ? {} : { tenant: actor.tenant }),
            },
            act,
          )
        : current.run(actor.kind === 'nobody' ? undefined : principalOf(actor.part, actor.tenant), act));
      return row.isList && result !== true ? 'not found' : 'allowed';
    } catch (error) {
      const { code = '', message } = error as { readonly code?: string; readonly message: string };
      if (code === 'ACCESS_DENIED') return 'denied';
      return code.endsWith('NOT_FOUND') ? 'not found' : `failed: ${code} ${message}`;
    }
  }

  it.each(
    rows.flatMap((row) =>
      (row.isOwn ? tenants.slice(0, 1) : tenants).map((tenant) => ({
        row,
        tenant,
        title: `${row.operation} by ${row.way}${row.isOwn ? '' : ` of ${tenant ?? 'no tenant'}`}`,
      })),
    ),
  )('$title', async ({ row, tenant }) => {
    // Who is refused leaves everything as it was, so all of them can meet the same.
    const untouched = await target(row, tenant);
    const wrong: string[] = [];
    for (const actor of actors) {
      const wanted = expected(row, actor, tenant);
      const met = wanted === 'allowed' ? await target(row, tenant) : untouched;
      const found = await outcome(row, actor, met);
      if (found !== wanted) wrong.push(`${inWords(actor)}: ${found} instead of ${wanted}`);
    }
    expect(wrong).toEqual([]);
  });
});
