import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DynamicModule, Provider, Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  AgentService,
  BudgetService,
  CacheService,
  ConversationService,
  CurrentPrincipal,
  ErasureService,
  type GuardrailDefinition,
  KillSwitchService,
  MemoryService,
  messageText,
  ModelService,
  type ModelsOptions,
  OrchestrationModule,
  type PrincipalResolver,
  type OrchestrationOptions,
  type ConcurrencyLimit,
  type RateLimit,
  ReviewService,
  RoleAccessPolicy,
  TemplateRegistry,
  ToolService,
  type WorkflowClass,
} from 'nestjs-nestor';
import { OrchestrationHarness, OrchestrationTestingModule, ScriptedModel } from 'nestjs-nestor/testing';
import { type KnowledgeBase, knowledgeBaseToken } from 'nestjs-nestor/retrieval';
import { type Host, openHost } from '../e2e/host.js';
import { type LoadedPage, loadPage, pageAt } from './pages.js';

let host: Host | undefined;
afterEach(async () => {
  await host?.close();
  host = undefined;
});

beforeAll(() => {
  process.env['OPENAI_API_KEY'] = process.env['ANTHROPIC_API_KEY'] = 'unused';
});

async function open(
  path: string,
  providers: readonly string[],
  options?: OrchestrationOptions,
  others: readonly Provider[] = [],
) {
  const page: LoadedPage = await loadPage(path);
  host = await openHost('memory', [...providers.map((name) => page.get<Provider>(name)), ...others], options);
  return { page, t: host.t };
}

describe('docs/human-review.md', () => {
  it('asks, writes again with the feedback, and takes the edit', async () => {
    const { page, t } = await open('docs/human-review.md', ['RefundWorkflow']);
    const { waiting, rejected, sent } = await page.run('refund', t);
    expect(waiting).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'review', step: 'write' }] });
    expect(rejected).toMatchObject({ status: 'waiting' });
    expect(sent).toMatchObject({ output: 'sent: Sorry! We refund 90 €.' });
  });

  it('is decided at the desk', async () => {
    const { page, t } = await open('docs/human-review.md', ['RefundWorkflow']);
    const { runId } = await t.run(page.get<WorkflowClass>('RefundWorkflow'), { order: 'A-1', cents: 9000 });
    const lead = { id: 'lena', roles: ['support-lead'] };
    const { open: listed, decided } = await page.run('desk', t.module.get(ReviewService), lead);
    expect(listed).toEqual([expect.objectContaining({ runId, title: 'Letter about a refund' })]);
    expect(decided).toMatchObject({ status: 'decided', choice: 'approve', decidedBy: 'lena' });
    expect(await t.result(runId)).toMatchObject({ status: 'completed' });
    expect((await page.run('figures', t.module.get(ReviewService)))['rules']).toMatchObject([
      { step: 'write', decided: 1, overturnRate: 0, timeToDecision: { median: expect.any(Number) } },
    ]);
  });

  it('is claimed, handed on, and decided with many others', async () => {
    const { page, t } = await open('docs/human-review.md', ['RefundWorkflow']);
    for (let count = 0; count < 3; count++)
      await t.run(page.get<WorkflowClass>('RefundWorkflow'), { order: 'A-1', cents: 9000 });
    const lead = { id: 'lena', roles: ['support-lead'] };
    const { claimed, delegated, decisions } = await page.run('work', t.module.get(ReviewService), lead);
    expect(claimed).toMatchObject({ claimedBy: 'lena' });
    expect(delegated).toMatchObject({ claimedBy: 'paul', users: ['paul'] });
    expect(decisions).toMatchObject([{ ok: true }, { ok: true }]);
  });

  it('goes from one stage to the next, and is rejected at the end', async () => {
    const { page, t } = await open('docs/human-review.md', ['ContractWorkflow']);
    const { afterADay, afterFourHours, atTheEnd } = await page.run('contract', t);
    expect(afterADay).toMatchObject({ roles: ['head-of-office'], users: [] });
    expect(afterFourHours).toMatchObject({ roles: ['director'], users: ['deputy'] });
    expect(atTheEnd).toMatchObject({ status: 'failed' });
  });
});

describe('docs/threats.md', () => {
  it('shows what was refused, and whether the records are whole', async () => {
    const refund = await loadPage('docs/human-review.md');
    const { page, t } = await open('docs/threats.md', [], undefined, [refund.get('RefundWorkflow')]);
    const { runId } = await t.run(
      refund.get<WorkflowClass>('RefundWorkflow'),
      { order: 'A-1', cents: 9000 },
      { principal: { id: 'lena', roles: ['support-lead'] } },
    );
    await t.approve(runId, { by: { id: 'lena', roles: ['support-lead'] } }).catch(() => undefined);
    await t.result(runId);
    expect(await t.asSystem(() => page.run('look', t.audit))).toMatchObject({
      refused: [{ type: 'review.refused', actor: { id: 'lena' } }],
      isWhole: true,
    });
  });
});

describe('docs/boundaries.md', () => {
  it('shows, and performs, what the call held and the schema has made of it', async () => {
    const { page, t } = await open('docs/boundaries.md', ['PayWorkflow', 'Bank']);
    const { shown, result } = await page.run('pay', t, t.module.get(ReviewService));
    const final = { amount: 10, currency: 'EUR' };
    expect(shown).toEqual([final]);
    expect(result).toMatchObject({ status: 'completed', output: 'paid' });
    expect(t.module.get(page.get<Type<{ readonly paid: readonly unknown[] }>>('Bank')).paid).toEqual([final]);
  });
});

describe('docs/guardrails.md', () => {
  it('changes, escalates and blocks', async () => {
    const { page, t } = await open('docs/guardrails.md', ['ReplyWorkflow', 'HouseRules']);
    const { hello, money, approved } = await page.run('reply', t);
    expect(hello).toMatchObject({ output: 'Hello!\nYour support team' });
    expect(money).toMatchObject({ status: 'waiting' });
    expect(approved).toMatchObject({ output: 'You get a refund.\nYour support team' });
    await expect(t.run(page.get<WorkflowClass>('ReplyWorkflow'), 'sk-aaaaaaaaaaaaaaaaaaaa')).rejects.toThrow(
      'API key',
    );
  });

  it('finds personal data', async () => {
    const page = await loadPage('docs/guardrails.md');
    expect(await page.run('detect')).toMatchObject({
      redacted: 'Write to [EMAIL], IBAN [IBAN].',
      masked: 'Write to a***@example.org, IBAN ****3000.',
    });
    expect(page.get('guardrails')).toHaveLength(4);
  });
});

describe('docs/models.md', () => {
  it('has an answer that does not fit repaired once', async () => {
    const { page, t } = await open('docs/models.md', ['ReadingWorkflow']);
    const { result, asked } = await page.run('reading', t);
    expect(result).toMatchObject({ output: { topic: 'delivery' } });
    expect(asked).toBe(2);
  });

  it('streams, outside a run too', async () => {
    const { page, t } = await open('docs/models.md', []);
    t.models.on('Tell me a story.').reply('Once upon a time.');
    const { heard, text } = await page.run('streamed', t.module.get(ModelService));
    expect([heard, text]).toEqual(['Once upon a time.', 'Once upon a time.']);
  });

  it('tells a model once that its answer is not whole, then fails by name', async () => {
    const { page, t } = await open('docs/models.md', []);
    const { code, told } = await page.run('cutOff', t, t.module.get(ModelService));
    expect(code).toBe('INCOMPLETE_ANSWER');
    expect(told).toMatch(/^Your last answer was cut off after maxTokens = 4096 tokens/);
  });

  it('shows a model a picture', async () => {
    const { page, t } = await open('docs/models.md', []);
    expect(await page.run('picture', t, t.module.get(ModelService))).toEqual({ seen: 'A cat.' });
  });

  it('configures providers that the module takes', async () => {
    const page = await loadPage('docs/models.md');
    host = await openHost('memory', [], page.get('options'));
    expect(host.t.module.get(ModelService)).toBeInstanceOf(ModelService);
  });
});

describe('docs/tools.md', () => {
  it('lets a model and code call tools, and says who did', async () => {
    const { page, t } = await open('docs/tools.md', ['DeskWorkflow', 'OrderTools']);
    const { result, who } = await page.run('desk', t);
    expect(result).toMatchObject({ output: 'It is cancelled. (not shipped)' });
    expect(who).toEqual(['code', 'model', 'code', 'code']);
  });

  it('shows pictures and files', async () => {
    const { page } = await open('docs/tools.md', ['OrderTools']);
    expect(await page.run('shown')).toEqual({ first: { type: 'text', text: 'The page:' } });
  });

  it('calls tools by name', async () => {
    const { page, t } = await open('docs/tools.md', ['OrderTools']);
    const { listed, found } = await page.run('byName', t.module.get(ToolService));
    expect(listed).toEqual(['findOrder: none', 'cancelOrder: idempotent']);
    expect(found).toEqual({ number: '7', state: 'not shipped' });
  });
});

describe('docs/agents.md', () => {
  it('waits for a person in the middle of its loop, and answers in its format', async () => {
    const { page, t } = await open('docs/agents.md', ['ArticleTools', 'BillingAgent', 'HelpDeskWorkflow']);
    const { waiting, solved, asked } = await page.run('billing', t);
    expect(waiting).toMatchObject({ status: 'waiting' });
    expect(solved).toMatchObject({ status: 'completed', output: 'Done. (answered, 3 turns)' });
    expect(asked).toBe(3);
  });
});

describe('docs/agents.md, further down', () => {
  it('asks the user, who alone may answer', async () => {
    const { page, t } = await open('docs/agents.md', ['TableAgent', 'FrontDeskAgent']);
    const guest = { id: 'gina', roles: [] };
    const run = () => page.run('table', t, guest);
    const { question, booked } = await t.module.get(CurrentPrincipal).run(guest, run);
    expect(question).toMatchObject({
      kind: 'answer',
      proposed: { question: 'For how many?' },
      users: ['gina'],
    });
    expect(booked).toMatchObject({ status: 'completed', output: 'A table for four.' });
  });
});

describe('docs/handoffs.md', () => {
  it('lets another agent answer', async () => {
    const { page, t } = await open('docs/handoffs.md', ['BillingDeskAgent', 'LegalAgent', 'TriageAgent']);
    const { result, asked } = await page.run('triage', t);
    expect(result).toMatchObject({ status: 'completed', output: 'Your invoice is paid.' });
    expect(asked).toEqual(['triage', 'billing-desk', 'billing-desk']);
  });
});

describe('docs/access.md', () => {
  it('lets everybody reach what is theirs, and nobody what is another tenant’s', async () => {
    const access = new RoleAccessPolicy({
      tenantRoles: ['admin'],
      platformRoles: { support: ['run.read', 'run.cancel'] },
    });
    const options = { principal: () => undefined, access };
    const { page, t } = await open('docs/access.md', ['LoanWorkflow'], options);
    const current = t.module.get(CurrentPrincipal);
    expect(await page.run('loan', t.orchestrator, current)).toMatchObject({
      mine: expect.stringMatching(/pending|running|waiting/),
      theirs: 'ACCESS_DENIED',
      other: 'RUN_NOT_FOUND',
      support: expect.stringMatching(/pending|running|waiting/),
      cleaned: { status: 'cancelled' },
    });
  });

  it('pauses what somebody has begun who has left', async () => {
    const page = await loadPage('docs/access.md');
    const directory = new (page.get<new () => PrincipalResolver & { left: Set<string> }>('StaffDirectory'))();
    const options = { principal: () => undefined, principals: directory };
    const { t } = await open('docs/access.md', ['LoanWorkflow'], options);
    const current = t.module.get(CurrentPrincipal);
    const ann = { id: 'ann', roles: ['clerk'] };
    const officer = { id: 'olaf', roles: ['officer'] };
    const { runId } = await current.run(ann, () => t.run(page.get<WorkflowClass>('LoanWorkflow'), 500));
    directory.left.add('ann');
    await t.clock.advance('2m');
    await current.run(officer, () => t.approve(runId));
    expect(await t.result(runId)).toMatchObject({ status: 'paused' });
  });
});

describe('docs/shared-state.md', () => {
  it('takes updates of all, in one order', async () => {
    const { page, t } = await open('docs/shared-state.md', ['ResearchWorkflow']);
    expect((await page.run('research', t))['result']).toMatchObject({
      output: { notes: ['read about whales in the archive', 'read about whales in the library'], best: 21 },
    });
  });
});

describe('docs/streaming.md', () => {
  it('tells of an answer while it comes', async () => {
    const { page, t } = await open('docs/streaming.md', ['StockTools', 'ShopAgent']);
    const { said, types, output } = await page.run('follow', t, t.module.get(AgentService));
    expect(said).toBe('We have three copies.');
    expect(output).toBe(said);
    expect([...new Set(types as string[])]).toEqual([
      'turn.started',
      'tool.called',
      'tool.result',
      'text',
      'done',
    ]);
  });
});

describe('docs/chat.md', () => {
  it('reads the messages of a conversation as those of the client', async () => {
    const { page, t } = await open('docs/chat.md', ['ShopTools', 'ShopAgent', 'ChatController']);
    const { messages } = await page.run('read', t.module.get(ConversationService));
    expect(messages).toMatchObject([
      ['user', { type: 'text', text: 'Do you have Moby Dick?' }],
      ['assistant', { type: 'text', text: 'We have it.' }],
    ]);
  });
});

describe('docs/conversations.md', () => {
  it('shows what was said before, and keeps what is said', async () => {
    const { page, t } = await open('docs/conversations.md', ['ShopAgent', 'ChatService']);
    const { shown, said } = await page.run('chat', t, t.module.get(page.get<Type>('ChatService')));
    expect(shown).toHaveLength(4);
    expect(said).toEqual([
      'user: Do you have Moby Dick?',
      'assistant: We have it.',
      'user: What does it cost?',
      'assistant: It costs 12 dollars.',
    ]);
  });
});

describe('docs/coming-from-langgraph.md', () => {
  it('goes on where it waited, and pays nothing twice', async () => {
    const { page, t } = await open('docs/coming-from-langgraph.md', ['Bank', 'ClaimWorkflow']);
    const { waiting, settled } = await page.run('claim', t);
    expect(waiting).toMatchObject({ status: 'waiting' });
    expect(settled).toMatchObject({ output: '5 to desk, 700 to ada' });
    expect(t.module.get<{ paid: string[] }>(page.get('Bank')).paid).toEqual(['desk', 'ada']);
  });

  it('has an agent with tools and limits', async () => {
    const { page, t } = await open('docs/coming-from-langgraph.md', ['Bank', 'ClaimsAgent']);
    const { result, paid } = await page.run('agent', t);
    expect(result).toMatchObject({ status: 'completed', output: '20 dollars are on their way to Ada.' });
    expect(paid).toEqual(['ada']);
  });
});

describe('docs/coming-from-openai-agents.md', () => {
  it('hands over, waits for an approval, and the one who has answered answers next', async () => {
    const { page, t } = await open('docs/coming-from-openai-agents.md', ['RefundAgent', 'TriageAgent']);
    const { waiting, result, said, next } = await page.run(
      'support',
      t,
      t.module.get(ConversationService),
      t.module.get(ReviewService),
    );
    expect(waiting).toMatchObject({ status: 'waiting' });
    expect(result).toMatchObject({ output: 'It is paid back.' });
    expect(said).toEqual(['user', 'assistant', 'tool', 'assistant', 'tool', 'assistant']);
    expect(next).toMatchObject({ output: 'You are welcome.' });
  });
});

describe('docs/coming-from-mastra.md', () => {
  it('writes side by side, and takes the edit', async () => {
    const { page, t } = await open('docs/coming-from-mastra.md', ['ArticleWorkflow']);
    const { waiting, result } = await page.run('article', t);
    expect(waiting).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'review', step: 'join' }] });
    expect(result).toMatchObject({ output: 'published: On whales' });
  });
});

describe('docs/coming-from-crewai-and-autogen.md', () => {
  it('goes round until the critic is content', async () => {
    const { page, t } = await open('docs/coming-from-crewai-and-autogen.md', [
      'WriterAgent',
      'CriticAgent',
      'ParagraphWorkflow',
    ]);
    const { result, asked } = await page.run('paragraph', t);
    expect(result).toMatchObject({ output: 'Whales are the largest animals.' });
    expect(asked).toBe(4);
  });
});

describe('docs/coming-from-ai-sdk.md', () => {
  it('calls a tool and gives a typed answer', async () => {
    const { page, t } = await open('docs/coming-from-ai-sdk.md', ['Weather', 'PackingWorkflow']);
    expect((await page.run('packing', t))['packed']).toMatchObject({
      output: { what: 'a coat', degrees: 4 },
    });
  });

  it('has an agent that stops at its goal and gives its output', async () => {
    const { page, t } = await open('docs/coming-from-ai-sdk.md', ['Weather', 'PackingAgent']);
    const { result, forced } = await page.run('agent', t);
    expect(result).toMatchObject({ output: { what: 'a coat', degrees: 4 } });
    expect(forced).toEqual({ tool: 'weather' });
    expect(t.models.calls).toHaveLength(2);
  });
});

describe('docs/budgets.md', () => {
  it('does not make the call that the budget of the step has no room for', async () => {
    const { page, t } = await open('docs/budgets.md', ['EssayWorkflow']);
    const { result, exceeded } = await page.run('essay', t);
    expect(result).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('budget of 1') },
    });
    expect(exceeded).toMatchObject([
      { payload: { scope: 'step', unit: 'calls', limit: 1, used: 1, wanted: 1 } },
    ]);
    expect(t.models.calls).toHaveLength(2);
  });

  it('goes on when the budget was raised', async () => {
    const { page, t } = await open('docs/budgets.md', ['EssayWorkflow']);
    const lead = { id: 'lena', roles: [] };
    const { paused, balance, done } = await page.run('raise', t, t.module.get(BudgetService), lead);
    expect(paused).toMatchObject({ status: 'paused', waitingFor: [{ for: 'budget' }] });
    expect(balance).toEqual({ calls: { limit: 2, used: 2, left: 0 } });
    expect(done).toMatchObject({ status: 'completed', output: 'text' });
  });

  it('counts what the runs of a tenant use together', async () => {
    const { page, t } = await open('docs/budgets.md', ['EssayWorkflow'], {
      principal: () => undefined,
      access: new RoleAccessPolicy({ tenantRoles: ['lead'] }),
      budgets: [{ scope: 'tenant', calls: 2, window: '1d' }],
    });
    const ana = { id: 'ana', roles: [], tenant: 'acme' };
    const lead = { id: 'lena', roles: ['lead'], tenant: 'acme' };
    const current = t.module.get(CurrentPrincipal);
    const { done, refused, balance, again } = await page.run(
      'shared',
      t,
      t.module.get(BudgetService),
      current,
      ana,
      lead,
    );
    expect([done, refused, again]).toMatchObject([
      { status: 'failed' },
      { status: 'failed', error: { message: expect.stringContaining('budget of tenant acme') } },
      { status: 'failed' },
    ]);
    expect(balance).toMatchObject([{ window: '1d', units: { calls: { limit: 4, used: 2 } } }]);
    expect(t.models.calls).toHaveLength(4);
  });
});

describe('docs/kill-switch.md', () => {
  it('lets a run wait whose tool is stopped', async () => {
    const { page, t } = await open('docs/kill-switch.md', ['Mailbox', 'ReminderWorkflow']);
    const { stopped, on, changes, done } = await page.run('stop', t, t.module.get(KillSwitchService));
    expect(stopped).toMatchObject({
      status: 'paused',
      waitingFor: [{ for: 'killswitch', limit: 'kill switch for tool sendMail' }],
    });
    expect(on).toMatchObject([{ mode: 'stop', reason: 'mails go to the wrong people' }]);
    expect(changes).toMatchObject([{ mode: null, reason: 'repaired' }, { mode: 'stop' }]);
    expect(done).toMatchObject({ status: 'completed', output: 'sent: pay' });
  });
});

describe('docs/retrieval.md', () => {
  it('answers from what was brought in', async () => {
    const page = await loadPage('docs/retrieval.md');
    host = await openHost('memory', [], {}, { imports: [page.get<Type>('AnswerModule')] });
    const { t } = host;
    t.models.on(/refund/).reply('two weeks');
    const articles = t.module.get<KnowledgeBase>(knowledgeBaseToken('articles'), { strict: false });
    const found = await page.run('answering', t, articles);
    expect(found).toMatchObject({
      report: { added: 2, changed: 0, unchanged: 0 },
      again: { added: 0, changed: 0, unchanged: 1 },
      run: { status: 'completed', output: { text: 'two weeks', sources: ['refunds.md'] } },
      passage: {
        source: { uri: 'refunds.md', title: 'Refunds', section: 'Refunds › Deadlines', version: '1' },
      },
      stats: { documents: 2, chunks: 2, tokens: 26 },
    });
    expect(t.models.calls).toHaveLength(1);
  });
});

describe('docs/retrieval.md, with vectors', () => {
  it('finds what is misspelt', async () => {
    const page = await loadPage('docs/retrieval.md');
    const module = await Test.createTestingModule({
      imports: [
        OrchestrationModule.forRoot({ persistence: 'memory', models: page.get<ModelsOptions>('models') }),
        page.get<DynamicModule>('guide'),
      ],
    }).compile();
    await module.init();
    const guide = module.get<KnowledgeBase>(knowledgeBaseToken('guide'), { strict: false });
    const { byBoth } = await page.run('misspelt', guide);
    expect(byBoth).toMatchObject({ source: { uri: 'battery.md' } });
    await module.close();
  });
});

describe('docs/context.md', () => {
  it('answers from what fits, and says what the answer rests on', async () => {
    const page = await loadPage('docs/context.md');
    host = await openHost(
      'memory',
      [],
      { guardrails: page.get<GuardrailDefinition[]>('guardrails') },
      { imports: [page.get<Type>('AnswerModule')] },
    );
    const articles = host.t.module.get<KnowledgeBase>(knowledgeBaseToken('articles'), { strict: false });
    const { run } = await page.run('answering', host.t, articles);
    expect(run).toMatchObject({
      output: { text: 'Two weeks [1].', sources: ['refunds.md'], invented: 0, leftOut: [] },
    });
  });
});

describe.each([
  ['docs/coming-from-llamaindex.md', 'QueryModule', 'essays', { text: 'Painted and wrote programs [1].' }],
  ['docs/coming-from-haystack.md', 'WondersModule', 'wonders', '33 metres [1].'],
])('%s', (path, module, base, output) => {
  it('answers from what was found', async () => {
    const page = await loadPage(path);
    host = await openHost('memory', [], {}, { imports: [page.get<Type>(module)] });
    const articles = host.t.module.get<KnowledgeBase>(knowledgeBaseToken(base), { strict: false });
    const { run } = await (path.includes('haystack')
      ? page.run('wonders', host.t, articles)
      : page.run('query', host.t, articles));
    expect(run).toMatchObject({ status: 'completed', output });
  });
});

describe('docs/memory.md', () => {
  it('knows in the next run what was learnt in this one', async () => {
    const { page, t } = await open('docs/memory.md', ['MailWorkflow', 'HelpAgent'], {
      principal: () => undefined,
    });
    const ann = { id: 'ann', roles: [] };
    const found = await page.run(
      'learning',
      t,
      t.module.get(MemoryService),
      t.module.get(CurrentPrincipal),
      ann,
    );
    expect(found).toMatchObject({
      later: { output: ['Wants to be written to in German.'] },
      listed: { items: [{ origin: { by: 'code', principal: 'ann', step: 'learn' } }] },
      forgotten: 1,
    });
  });

  it('erases a person', async () => {
    const { page, t } = await open('docs/memory.md', []);
    await t.module.get(MemoryService).remember({ about: 'c-1', text: 'Likes rain.' });
    expect(await page.run('erasing', t.module.get(ErasureService))).toEqual({
      erased: { memories: 1, conversations: 0, cached: 0, documents: 0 },
    });
  });
});

describe('docs/routing.md', () => {
  it('goes on with the cheaper model from half of the budget on', async () => {
    const page: LoadedPage = await loadPage('docs/routing.md');
    const model = new ScriptedModel();
    model.on(/./).reply('Once upon a time');
    const aliases = page.get<NonNullable<ModelsOptions['aliases']>>('aliases');
    const providers = [model.as('openai'), model.as('anthropic')];
    const prices = {
      models: {
        'anthropic/*': { inputPerMillion: 3, outputPerMillion: 15 },
        'openai/*': { inputPerMillion: 0.25, outputPerMillion: 2 },
      },
    };
    const workflow = page.get<Provider>('ChaptersWorkflow');
    const module = await Test.createTestingModule({
      imports: [OrchestrationTestingModule.forRoot({ models: { providers, aliases }, prices })],
      providers: [workflow],
    }).compile();
    const t = await OrchestrationHarness.from(module, { models: 'configured' });
    host = { t, close: () => t.close() };
    const { result, calls } = await page.run('chapters', t);
    const [smart, cheap] = ['anthropic/claude-sonnet-4-5', 'openai/gpt-5-mini'];
    expect(result).toMatchObject({ output: [smart, smart, cheap] });
    expect(calls).toMatchObject([{}, {}, { payload: { arguments: { routing: { because: 'degraded' } } } }]);
  });
});

describe('docs/cache.md', () => {
  it('gives what was asked before, at no cost', async () => {
    const { page, t } = await open('docs/cache.md', ['SummaryWorkflow']);
    const found = await page.run('twice', t, t.module.get(CacheService));
    expect(found).toMatchObject({
      first: {
        usage: { calls: 3 },
        output: { texts: [expect.anything(), expect.anything(), expect.anything()] },
      },
      second: { status: 'completed', usage: { calls: 0, usd: 0 } },
      stats: { entries: 3 },
      cleared: 1,
    });
    expect(t.models.calls).toHaveLength(3);
  });
});

describe('docs/prompts.md', () => {
  it('takes the version that is pinned, and has it on record', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'prompts-'));
    const shown = pageAt('docs/prompts.md').blocks.find(({ language }) => language === 'md');
    mkdirSync(join(directory, 'parts'));
    writeFileSync(join(directory, 'parts/tone.md'), 'Be short.');
    writeFileSync(join(directory, 'sort.md'), 'By version 1: {{mail.text}}');
    writeFileSync(join(directory, 'sort.v2.md'), (shown?.code ?? []).join('\n'));
    const { page, t } = await open('docs/prompts.md', ['SortWorkflow'], {
      principal: () => undefined,
      access: new RoleAccessPolicy({ platformRoles: { lead: ['prompt.pin'] } }),
      templates: { directory },
    });
    t.models.on('sort').reply(({ messages }) => messageText(messages.at(-1)?.content ?? ''));
    const lead = { id: 'lea', roles: ['lead'] };
    const found = await page.run(
      'sorting',
      t,
      t.module.get(TemplateRegistry),
      t.module.get(CurrentPrincipal),
      lead,
    );
    expect(found).toMatchObject({
      first: { output: 'Sort this mail: My parcel is late.' },
      asked: {
        template: 'sort',
        templateVersion: '2',
        templateHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      second: { output: 'By version 1: My parcel is late.' },
      changes: [{ name: 'sort', version: '1', by: 'lea', reason: 'version 2 takes parcels for spam' }],
    });
    expect(t.models.calls[0]?.messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'user',
    ]);
    rmSync(directory, { recursive: true });
  });
});

describe('docs/rate-limits.md', () => {
  it('refuses a start, lets a call wait, and leaves out what is to be left out', async () => {
    const page = await loadPage('docs/rate-limits.md');
    const { t } = await open('docs/rate-limits.md', ['Mailbox', 'NewsletterWorkflow'], {
      principal: () => undefined,
      rateLimits: page.get<RateLimit[]>('rateLimits'),
    });
    const ann = { id: 'ann', roles: [], tenant: 'acme' };
    const editor = { id: 'eva', roles: ['marketing'], tenant: 'acme' };
    const found = await page.run('newsletter', t, t.module.get(CurrentPrincipal), ann, editor);
    expect(found).toMatchObject({
      first: { status: 'completed' },
      refused: { code: 'RATE_LIMIT_EXCEEDED', retryAfter: expect.any(Number) },
      second: { status: 'completed' },
      waiting: { status: 'waiting', waitingFor: [{ for: 'timer', timer: 'rate' }] },
      done: { status: 'completed' },
    });
  });

  it('lets a call wait until there is a place for it', async () => {
    const page = await loadPage('docs/rate-limits.md');
    const { t } = await open('docs/rate-limits.md', ['Printer', 'PageWorkflow'], {
      concurrencyLimits: page.get<ConcurrencyLimit[]>('concurrencyLimits'),
    });
    const printer = t.module.get(page.get<Type>('Printer'));
    const soon = () => new Promise((resolve) => setTimeout(resolve, 20));
    expect(await page.run('printing', t, printer, soon)).toMatchObject({
      waiting: { status: 'waiting', waitingFor: [{ for: 'calls', limit: 'calls of tool renderPage' }] },
      done: { status: 'completed', output: 'page: short' },
    });
  });

  it('hold as decorators declare them', async () => {
    const { page, t } = await open('docs/rate-limits.md', ['ReportWorkflow']);
    expect(await page.run('report', t)).toMatchObject({
      one: { status: 'completed' },
      two: { status: 'waiting', waitingFor: [{ for: 'timer', timer: 'rate', step: 'render' }] },
      afterwards: { status: 'completed', output: 'report of June' },
    });
  });
});
