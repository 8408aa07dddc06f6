import type {
  AgentService,
  AuditService,
  BudgetService,
  CacheService,
  ErasureService,
  ConversationService,
  KillSwitchService,
  KillSwitchTarget,
  MemoryService,
  Operation,
  Orchestrator,
  ReviewService,
  RunResult,
  TemplateRegistry,
} from 'nestjs-nestor';
import type { KnowledgeBase } from 'nestjs-nestor/retrieval';
import type { Part, Tenant } from './cast.js';
import { principalOf } from './cast.js';
import { ClosedStepWorkflow, ClosedWorkflow, GuardedWorkflow, LetterWorkflow } from './workflows.js';

export interface Services {
  readonly orchestrator: Orchestrator;
  readonly reviews: ReviewService;
  readonly budgets: BudgetService;
  readonly audit: AuditService;
  readonly conversations: ConversationService;
  readonly agents: AgentService;
  readonly killSwitch: KillSwitchService;
  readonly letters: KnowledgeBase;
  readonly memory: MemoryService;
  readonly cache: CacheService;
  readonly erasure: ErasureService;
  readonly templates: TemplateRegistry;
}

/** What is acted upon: a run that waits for a review, or that has failed, and a conversation, of one owner. */
export interface Target {
  readonly tenant: Tenant;
  readonly runId: string;
  readonly reviewId: string;
  readonly conversation: string;
  /** Of what the review shows. */
  readonly proposedHash: string;
  /** Right before it came to be. */
  readonly since: Date;
}

/** One way to do an operation. */
export interface Row {
  readonly operation: Operation;
  readonly way: string;
  /** Who may, where they are of the tenant: besides the operator, whose role is for all. */
  readonly may: readonly Part[];
  /** Whether the host's own code may. @default true */
  readonly host?: boolean;
  /** It makes something of its own: the tenant of the target does not matter. */
  readonly isOwn?: boolean;
  /** It is of no tenant, whatever the target is of. */
  readonly isOfNone?: boolean;
  /** It is found by its name among those of the caller's tenant, also by those who reach all. */
  readonly isByName?: boolean;
  /** Of no tenant it is for all of them, and takes a role of the platform. */
  readonly isShared?: boolean;
  /** With what a caller is refused who does not reach the tenant. @default that there is no such thing */
  readonly refusal?: 'ACCESS_DENIED' | 'CONVERSATION_NOT_FOUND';
  /** Which of the runs is acted upon. @default one that waits for a review */
  readonly of?: 'failed';
  /** A list shows what may be seen, and nothing else. */
  readonly isList?: boolean;
  /** @returns of a list, whether the target is in it */
  act(services: Services, target: Target): Promise<unknown>;
}

const everybody: readonly Part[] = [
  'owner',
  'colleague',
  'lead',
  'reader',
  'decider',
  'admin',
  'secretary',
  'operator',
];
const own: readonly Part[] = ['owner', 'admin'];
const readers: readonly Part[] = ['owner', 'reader', 'admin'];

function switchOf(tenant: Tenant): KillSwitchTarget {
  return { workflow: 'nothing', ...(tenant === undefined ? {} : { tenant }) };
}

/** The document of each tenant. */
export function letterOf(tenant: Tenant): string {
  return `letter of ${tenant ?? 'nobody'}`;
}

function has<Item>(items: readonly Item[], is: (item: Item) => boolean): boolean {
  return items.some(is);
}

/** At least one for each operation. */
const ways: { readonly [name in Operation]: readonly Omit<Row, 'operation'>[] } = {
  'run.start': [
    {
      way: 'start',
      may: everybody,
      isOwn: true,
      act: ({ orchestrator }) => orchestrator.start(LetterWorkflow, 'x'),
    },
    {
      way: 'start of a workflow for leads',
      may: ['lead', 'decider'],
      host: false,
      isOwn: true,
      act: ({ orchestrator }) => orchestrator.start(ClosedWorkflow, 'x'),
    },
  ],
  'run.read': [
    {
      way: 'handle.status',
      may: readers,
      act: ({ orchestrator }, { runId }) => orchestrator.handle(runId).status(),
    },
    {
      way: 'handle.state',
      may: readers,
      act: ({ orchestrator }, { runId }) => orchestrator.handle(runId).state(),
    },
    {
      way: 'handle.idle',
      may: readers,
      act: ({ orchestrator }, { runId }) => orchestrator.handle(runId).idle(),
    },
    {
      way: 'handle.media',
      may: readers,
      act: ({ orchestrator }, { runId }) => orchestrator.handle(runId).media('0'.repeat(64)),
    },
    {
      way: 'handle.events',
      may: readers,
      act: ({ orchestrator }, { runId }) =>
        new Promise((resolve, reject) =>
          orchestrator.handle(runId).events().subscribe({ next: resolve, error: reject }),
        ),
    },
    {
      way: 'handle.agentEvents',
      may: readers,
      act: async ({ orchestrator }, { runId }) => {
        for await (const event of orchestrator.handle(runId).agentEvents()) return event;
        return undefined;
      },
    },
    {
      way: 'orchestrator.find',
      may: readers,
      isList: true,
      act: async ({ orchestrator }, { runId }) =>
        has((await orchestrator.find({ limit: 500 })).items, ({ id }) => id === runId),
    },
  ],
  'run.signal': [
    {
      way: 'handle.signal',
      may: own,
      act: ({ orchestrator }, { runId }) => orchestrator.handle(runId).signal('go', 'x'),
    },
  ],
  'run.message': [
    {
      // The run has no agent, which is told to those who may say something.
      way: 'handle.sendMessage',
      may: own,
      act: ({ orchestrator }, { runId }) => orchestrator.handle(runId).sendMessage('more'),
    },
  ],
  'run.cancel': [
    {
      way: 'handle.cancel',
      may: own,
      act: ({ orchestrator }, { runId }) => orchestrator.handle(runId).cancel('x'),
    },
  ],
  'run.pause': [
    {
      way: 'handle.pause',
      may: own,
      act: ({ orchestrator }, { runId }) => orchestrator.handle(runId).pause(),
    },
  ],
  'run.resume': [
    {
      way: 'handle.resume',
      may: own,
      act: ({ orchestrator }, { runId }) => orchestrator.handle(runId).resume(),
    },
  ],
  'run.retry': [
    {
      way: 'handle.retry',
      may: own,
      of: 'failed',
      act: ({ orchestrator }, { runId }) => orchestrator.handle(runId).retry(),
    },
  ],
  'run.fork': [
    {
      way: 'handle.fork',
      may: own,
      of: 'failed',
      act: ({ orchestrator }, { runId }) => orchestrator.handle(runId).fork({ from: 'boom' }),
    },
  ],
  'run.replay': [
    {
      way: 'handle.replay',
      may: own,
      act: ({ orchestrator }, { runId }) => orchestrator.handle(runId).replay(),
    },
  ],
  'step.run': [
    {
      way: 'a step for leads',
      may: ['lead', 'decider'],
      host: false,
      isOwn: true,
      act: ({ orchestrator }) => ended(orchestrator.run(ClosedStepWorkflow, 'x')),
    },
  ],
  'tool.call': [
    { way: 'a tool for leads', may: ['lead', 'decider'], host: false, isOwn: true, act: guarded('tool') },
  ],
  'model.call': [{ way: 'a model', may: everybody, isOwn: true, act: guarded('model') }],
  'agent.run': [
    { way: 'an agent for leads', may: ['lead', 'decider'], host: false, isOwn: true, act: guarded('agent') },
  ],
  handoff: [
    {
      way: 'a handoff to an agent for leads',
      may: ['lead', 'decider'],
      host: false,
      isOwn: true,
      act: guarded('handoff'),
    },
  ],
  'review.read': [
    {
      way: 'reviews.get',
      may: ['owner', 'lead', 'decider', 'reader', 'admin'],
      act: ({ reviews }, { reviewId }) => reviews.get(reviewId),
    },
    {
      way: 'reviews.list',
      may: ['owner', 'lead', 'decider', 'reader', 'admin'],
      isList: true,
      act: async ({ reviews }, { reviewId, runId }) =>
        has((await reviews.list({ runId })).items, ({ id }) => id === reviewId),
    },
    {
      way: 'reviews.metrics',
      may: ['owner', 'lead', 'decider', 'reader', 'admin'],
      isList: true,
      act: async ({ reviews }, { since }) =>
        has(await reviews.metrics({ from: since }), ({ requested }) => requested > 0),
    },
  ],
  // A review asks leads, and the workflow lets those decide who are deciders, too. The operator is no lead.
  'review.decide': [
    {
      way: 'reviews.approve',
      may: ['decider'],
      host: false,
      act: ({ reviews }, { reviewId }) => reviews.approve(reviewId),
    },
    {
      way: 'reviews.reject',
      may: ['decider'],
      host: false,
      act: ({ reviews }, { reviewId }) => reviews.reject(reviewId, { reason: 'no' }),
    },
    {
      way: 'reviews.edit',
      may: ['decider'],
      host: false,
      act: ({ reviews }, { reviewId }) => reviews.edit(reviewId, { value: 'y' }),
    },
    {
      way: 'reviews.answer',
      may: ['decider'],
      host: false,
      act: ({ reviews }, { reviewId }) => reviews.answer(reviewId, { value: 'y' }),
    },
    {
      way: 'reviews.claim',
      may: ['decider'],
      host: false,
      act: ({ reviews }, { reviewId }) => reviews.claim(reviewId),
    },
    {
      way: 'reviews.release',
      may: ['decider'],
      host: false,
      act: async ({ reviews }, { reviewId }) => {
        await reviews.claim(reviewId);
        await reviews.release(reviewId);
      },
    },
    {
      way: 'reviews.decideAll',
      may: ['decider'],
      host: false,
      act: async ({ reviews }, { reviewId, proposedHash }) => {
        const [decision] = await reviews.decideAll('approve', [{ id: reviewId, proposedHash }]);
        if (decision?.ok !== true) throw decision?.error;
      },
    },
    {
      way: 'reviews.comment',
      may: ['decider'],
      host: false,
      act: ({ reviews }, { reviewId }) => reviews.comment(reviewId, 'hm'),
    },
  ],
  'review.delegate': [
    {
      way: 'reviews.delegate',
      may: ['decider'],
      host: false,
      act: ({ reviews }, { reviewId }) => reviews.delegate(reviewId, { to: 'somebody' }),
    },
  ],
  'budget.read': [
    { way: 'budgets.balance', may: readers, act: ({ budgets }, { runId }) => budgets.balance({ runId }) },
  ],
  'budget.raise': [
    {
      way: 'budgets.raise',
      may: ['admin'],
      act: ({ budgets }, { runId }) => budgets.raise({ runId }, { calls: 1 }),
    },
  ],
  'audit.read': [
    { way: 'audit.timeline', may: readers, act: ({ audit }, { runId }) => audit.timeline(runId) },
    { way: 'audit.verify', may: readers, act: ({ audit }, { runId }) => audit.verify(runId) },
    {
      way: 'audit.find',
      may: readers,
      isList: true,
      act: async ({ audit }, { runId }) =>
        has((await audit.find({ runId })).items, (record) => record.runId === runId),
    },
  ],
  'audit.export': [
    {
      way: 'audit.export',
      may: readers,
      isList: true,
      act: async ({ audit }, { runId }) => {
        for await (const line of audit.export({ runId })) return line.includes(runId);
        return false;
      },
    },
  ],
  'conversation.read': [
    {
      way: 'conversations.messages',
      may: own,
      isByName: true,
      refusal: 'CONVERSATION_NOT_FOUND',
      act: ({ conversations }, { conversation }) => conversations.messages(conversation),
    },
    {
      way: 'agents.resume',
      may: own,
      isByName: true,
      refusal: 'CONVERSATION_NOT_FOUND',
      act: ({ agents }, { conversation }) => agents.resume(conversation),
    },
  ],
  'conversation.write': [
    {
      way: 'conversations.append',
      may: own,
      isByName: true,
      refusal: 'CONVERSATION_NOT_FOUND',
      act: ({ conversations }, { conversation }) =>
        conversations.append(conversation, [{ message: { role: 'user', content: 'x' } }]),
    },
    {
      way: 'conversations.delete',
      may: own,
      isByName: true,
      refusal: 'CONVERSATION_NOT_FOUND',
      act: ({ conversations }, { conversation }) => conversations.delete(conversation),
    },
  ],
  'knowledge.read': [
    {
      way: 'knowledge base.search',
      may: everybody,
      isList: true,
      act: async ({ letters }, { tenant }) =>
        has(await letters.search('letter'), ({ source }) => source.uri === letterOf(tenant)),
    },
    {
      way: 'knowledge base.list',
      may: everybody,
      isList: true,
      act: async ({ letters }, { tenant }) =>
        has((await letters.list()).items, ({ uri }) => uri === letterOf(tenant)),
    },
  ],
  'knowledge.ingest': [
    {
      way: 'knowledge base.ingest',
      may: ['admin'],
      isOwn: true,
      act: ({ letters }) => letters.ingest([{ uri: 'other', text: 'other' }]),
    },
    {
      way: 'knowledge base.remove',
      may: ['admin'],
      isOwn: true,
      act: ({ letters }) => letters.remove('other'),
    },
    {
      way: 'knowledge base.ingest, for all tenants',
      may: ['admin'],
      isOfNone: true,
      refusal: 'ACCESS_DENIED',
      act: ({ letters }) => letters.ingest([{ uri: 'all', text: 'all', shared: true }]),
    },
  ],
  'memory.read': [
    {
      way: 'memory.recall, of a person',
      may: own,
      isOwn: true,
      refusal: 'ACCESS_DENIED',
      act: ({ memory }) => memory.recall({ about: 'x', user: 'owner' }),
    },
    {
      way: 'memory.list, of the tenant',
      may: ['admin'],
      isOwn: true,
      refusal: 'ACCESS_DENIED',
      act: ({ memory }) => memory.list({ scope: 'tenant' }),
    },
    {
      way: 'memory.list, of an agent',
      may: ['admin'],
      isOwn: true,
      refusal: 'ACCESS_DENIED',
      act: ({ memory }) => memory.list({ scope: 'agent', agent: 'clerk' }),
    },
  ],
  'memory.write': [
    {
      way: 'memory.remember, of a person',
      may: own,
      isOwn: true,
      refusal: 'ACCESS_DENIED',
      act: ({ memory }) => memory.remember({ about: 'x', text: 'y', user: 'owner' }),
    },
    {
      way: 'memory.remember, of the tenant',
      may: ['admin'],
      isOwn: true,
      refusal: 'ACCESS_DENIED',
      act: ({ memory }) => memory.remember({ about: 'x', text: 'y', scope: 'tenant' }),
    },
    {
      way: 'memory.forget, all about somebody',
      may: ['admin'],
      isOwn: true,
      refusal: 'ACCESS_DENIED',
      act: ({ memory }) => memory.forget({ about: 'x' }),
    },
  ],
  'prompt.pin': [
    {
      way: 'templates.pin',
      may: ['admin'],
      isOfNone: true,
      refusal: 'ACCESS_DENIED',
      act: ({ templates }) => templates.pin('letter', '1'),
    },
    {
      way: 'templates.pinChanges',
      may: ['admin'],
      isOfNone: true,
      refusal: 'ACCESS_DENIED',
      act: ({ templates }) => templates.pinChanges(),
    },
  ],
  'cache.clear': [
    {
      way: 'cache.clear',
      may: ['admin'],
      isOwn: true,
      refusal: 'ACCESS_DENIED',
      act: ({ cache }) => cache.clear({ name: 'nothing' }),
    },
    {
      way: 'cache.stats',
      may: ['admin'],
      isOwn: true,
      refusal: 'ACCESS_DENIED',
      act: ({ cache }) => cache.stats(),
    },
  ],
  'person.erase': [
    {
      way: 'erasure.erase',
      may: ['admin'],
      isOwn: true,
      refusal: 'ACCESS_DENIED',
      act: ({ erasure }) => erasure.erase({ about: 'nobody', reason: 'asked' }),
    },
  ],
  'worker.read': [
    {
      way: 'orchestrator.workers',
      may: ['admin'],
      isOfNone: true,
      refusal: 'ACCESS_DENIED',
      act: ({ orchestrator }) => orchestrator.workers(),
    },
  ],
  'killswitch.set': [
    {
      way: 'killSwitch.set',
      may: ['admin'],
      isShared: true,
      refusal: 'ACCESS_DENIED',
      act: ({ killSwitch }, { tenant }) => killSwitch.set(switchOf(tenant), { mode: 'stop', reason: 'x' }),
    },
    {
      way: 'killSwitch.lift',
      may: ['admin'],
      isShared: true,
      refusal: 'ACCESS_DENIED',
      act: async ({ killSwitch }, { tenant }) => {
        await killSwitch.set(switchOf(tenant), { mode: 'stop', reason: 'x' });
        await killSwitch.lift(switchOf(tenant), { reason: 'x' });
      },
    },
    {
      way: 'killSwitch.list',
      may: ['admin'],
      isOwn: true,
      isShared: true,
      refusal: 'ACCESS_DENIED',
      act: ({ killSwitch }) => killSwitch.list(),
    },
    {
      way: 'killSwitch.changes',
      may: ['admin'],
      isOwn: true,
      isShared: true,
      refusal: 'ACCESS_DENIED',
      act: ({ killSwitch }) => killSwitch.changes(),
    },
  ],
  'principal.impersonate': [
    {
      way: 'start in the name of the owner',
      may: ['owner', 'secretary'],
      refusal: 'ACCESS_DENIED',
      act: ({ orchestrator }, { tenant }) =>
        orchestrator.start(LetterWorkflow, 'x', { principal: principalOf('owner', tenant) }),
    },
  ],
};

/** In a run of the caller. Fails with what the call in it has failed with. */
function guarded(what: string): Row['act'] {
  return ({ orchestrator }) => ended(orchestrator.run(GuardedWorkflow, what));
}

async function ended(running: Promise<RunResult>): Promise<RunResult> {
  const result = await running;
  if (result.status === 'failed') throw result.error.cause ?? result.error;
  return result;
}

export const rows: readonly Row[] = Object.entries(ways).flatMap(([operation, list]) =>
  // Keys of the table are operations.
  list.map((row) => ({ ...row, operation: operation as Operation })),
);
