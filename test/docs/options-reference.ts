import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './pages.js';

/** One table of docs/options.md: the members of these interfaces, in the words of their own TSDoc. */
interface Section {
  readonly title: string;
  readonly interfaces: readonly string[];
  readonly intro?: string;
}

const besidesGuardrail = 'Besides the options of `@Guardrail`.';

const sections: readonly Section[] = [
  {
    title: '`OrchestrationModule.forRoot`',
    interfaces: ['OrchestrationOptions', 'OrchestrationExtras'],
    intro:
      '`persistence`, `dataSource` and `isGlobal` are beside the factory of `forRootAsync` (`useFactory`, `useClass`, `useExisting`). Options are checked at boot, all problems in one error; an option that does not exist is a problem.',
  },
  {
    title: '`models`',
    interfaces: ['ModelsOptions'],
    intro: 'See [Models](models.md).',
  },
  {
    title: '`templates`',
    interfaces: ['TemplatesOptions'],
    intro: 'See [Prompts](prompts.md).',
  },
  {
    title: '`openai(…)`',
    interfaces: ['OpenAiOptions'],
    intro: 'From `nestjs-nestor/openai`.',
  },
  {
    title: '`anthropic(…)`',
    interfaces: ['AnthropicOptions'],
    intro: 'From `nestjs-nestor/anthropic`.',
  },
  {
    title: '`bullmqDispatcher(…)`',
    interfaces: ['BullmqDispatcherOptions'],
    intro: 'From `nestjs-nestor/bullmq`. See [Durability](durability.md#several-processes).',
  },
  {
    title: '`audit`',
    interfaces: ['AuditOptions'],
    intro: 'Of the module. See [Audit](audit.md#retention).',
  },
  {
    title: '`embeddedPostgres(…)`',
    interfaces: ['EmbeddedPostgresOptions'],
    intro: 'From `nestjs-nestor/embedded`. See [Persistence](persistence.md#postgres-inside-the-process).',
  },
  {
    title: '`budgets`',
    interfaces: ['SharedBudget'],
    intro: 'Of the module. See [Budgets](budgets.md#budgets-that-many-runs-share).',
  },
  {
    title: '`BudgetService.raise`',
    interfaces: ['RaiseOptions'],
    intro: 'See [Budgets](budgets.md#look-and-raise).',
  },
  {
    title: '`rateLimits`',
    interfaces: ['RateLimit'],
    intro: 'Of the module. See [Rate limits](rate-limits.md).',
  },
  {
    title: '`concurrencyLimits`',
    interfaces: ['ConcurrencyLimit'],
    intro: 'Of the module. See [Calls in flight](rate-limits.md#calls-in-flight).',
  },
  {
    title: '`KnowledgeBaseModule.forFeature`',
    interfaces: ['KnowledgeBaseOptions', 'KnowledgeBaseAccess', 'ChunkingOptions', 'DocumentFilter'],
    intro:
      'From `nestjs-nestor/retrieval`; below its own options those of `access` and `chunking`, and those of `list`. See [Retrieval](retrieval.md).',
  },
  {
    title: '`retrievalTool`',
    interfaces: ['RetrievalToolOptions'],
    intro: 'From `nestjs-nestor/retrieval`. See [Retrieval](retrieval.md#a-tool-for-models).',
  },
  {
    title: '`cache`',
    interfaces: ['CacheOptions', 'CacheSettings', 'StepCacheOptions', 'CacheFilter'],
    intro:
      'See [Cache](cache.md). That of the module, of requests to models, and of steps; what `CacheService.clear` takes.',
  },
  {
    title: '`aliases`',
    interfaces: ['AliasOptions', 'BreakerOptions'],
    intro: 'See [Routing](routing.md). An alias of models, and its breaker.',
  },
  {
    title: '`ContextService.assemble`',
    interfaces: ['Assembly', 'PartOptions', 'TextPartOptions', 'RetrievedPartOptions', 'MemoriesPartOptions'],
    intro:
      'See [Context](context.md). Below, what every part takes, and what texts, retrieved parts and memories take besides.',
  },
  {
    title: '`MemoryService`',
    interfaces: ['NewMemory', 'MemoryQuery', 'MemoryFilter', 'MemoryOwner', 'Erasure'],
    intro: 'See [Memory](memory.md). Those of `remember`, `recall` and `list`, and of all three.',
  },
  {
    title: '`memoryTools(…)`',
    interfaces: ['MemoryToolsOptions'],
    intro: 'See [Memory](memory.md#tools-for-agents).',
  },
  {
    title: '`reviews`',
    interfaces: ['ReviewsOptions', 'OpenReviewMaximums'],
    intro: 'Of the module; below its own options those of `maxOpen`. See [Human review](human-review.md).',
  },
  {
    title: '`KillSwitchService`',
    interfaces: ['KillSwitchOptions'],
    intro: 'See [Kill switch](kill-switch.md).',
  },
  {
    title: '`@Agent`',
    interfaces: ['AgentOptions', 'ContextOptions', 'TurnChanges'],
    intro:
      'See [Agents](agents.md). Below its own options those of `context`, and what `beforeTurn` may give.',
  },
  {
    title: '`handoff(…)`',
    interfaces: ['HandoffOptions'],
    intro: 'See [Handoffs](handoffs.md).',
  },
  {
    title: '`conversation`',
    interfaces: ['ConversationUse'],
    intro: 'Of `agents.run` and `start`, where it is not an id alone. See [Conversations](conversations.md).',
  },
  {
    title: '`handle.agentEvents`',
    interfaces: ['AgentEventOptions'],
    intro: 'See [Streaming](streaming.md).',
  },
  {
    title: '`nestjs-nestor/ui`',
    interfaces: ['ReadUIMessagesOptions', 'PipeOptions', 'UIMessagesOptions'],
    intro:
      'Of `readUIMessages`, `pipeUIMessageStream` and `uiMessagesOf`, in this order. See [Chat](chat.md).',
  },
  {
    title: '`ConversationService.open`',
    interfaces: ['OpenConversationOptions'],
    intro: 'See [Conversations](conversations.md).',
  },
  {
    title: '`askUser(…)`',
    interfaces: ['AskUserOptions'],
    intro: 'A tool, see [Agents](agents.md#questions-to-the-user).',
  },
  {
    title: '`@Workflow`',
    interfaces: ['WorkflowOptions'],
    intro: 'See [Workflows](workflows.md).',
  },
  {
    title: '`@Step`',
    interfaces: ['StepOptions'],
    intro: 'See [Workflows](workflows.md#options-of-step) and [Control flow](control-flow.md).',
  },
  {
    title: '`forEach`',
    interfaces: ['ForEachOptions'],
    intro: 'Of `@Step`, as an object.',
  },
  {
    title: '`repeat`',
    interfaces: ['RepeatOptions'],
    intro: 'Of `@Step`.',
  },
  {
    title: '`waitFor`',
    interfaces: ['WaitForOptions'],
    intro: 'Of `@Step`, as an object.',
  },
  {
    title: '`retry`',
    interfaces: ['RetryOptions'],
    intro:
      'Of `@Step`, `@Tool` and `@Workflow({ defaults })`. See [Errors and retries](errors-and-retries.md#attempts).',
  },
  {
    title: '`budget`',
    interfaces: ['RunBudget'],
    intro: 'Of `@Workflow`, `@Step` and `start`. See [Budgets](budgets.md).',
  },
  {
    title: '`new RoleAccessPolicy(…)`',
    interfaces: ['RoleAccessOptions'],
    intro: 'See [Access](access.md).',
  },
  {
    title: '`@HumanReview`',
    interfaces: ['ReviewOptions'],
    intro: 'See [Human review](human-review.md).',
  },
  {
    title: '`escalateTo`',
    interfaces: ['EscalationOptions'],
    intro: 'Of `@HumanReview`, one stage. See [Human review](human-review.md#when-nobody-decides).',
  },
  {
    title: '`@Tool`',
    interfaces: ['ToolOptions'],
    intro: 'See [Tools](tools.md).',
  },
  {
    title: '`@Guardrail`',
    interfaces: ['GuardrailOptions'],
    intro: 'See [Guardrails](guardrails.md).',
  },
  {
    title: '`pii(…)`',
    interfaces: ['PiiOptions'],
    intro: `From \`nestjs-nestor/guardrails\`, as the following four. ${besidesGuardrail}`,
  },
  { title: '`citations(…)`', interfaces: ['CitationsOptions'], intro: besidesGuardrail },
  { title: '`denylist(…)`', interfaces: ['DenylistOptions'], intro: besidesGuardrail },
  { title: '`maxLength(…)`', interfaces: ['MaxLengthOptions'], intro: besidesGuardrail },
  { title: '`schema(…)`', interfaces: ['SchemaOptions'], intro: besidesGuardrail },
  {
    title: '`@StartOn`',
    interfaces: ['StartOnOptions'],
    intro: 'See [Events and triggers](events-and-triggers.md#triggers).',
  },
  { title: '`@StartEvery`', interfaces: ['StartEveryOptions'] },
  { title: '`OrchestrationHealthIndicator.check`', interfaces: ['HealthOptions'] },
  {
    title: '`start`, `startMany`, `run`',
    interfaces: ['StartOptions'],
    intro: 'Of `Orchestrator`. See [Getting started](getting-started.md#start-runs).',
  },
  {
    title: '`ctx.once`',
    interfaces: ['OnceOptions'],
    intro: 'See [Durability](durability.md#call-memory).',
  },
  {
    title: '`generate`, `stream`',
    interfaces: ['GenerateSettings'],
    intro:
      'Of `ModelService`, besides `prompt`, or `template`, `templateVersion` and `variables`. See [Models](models.md#generate).',
  },
  { title: '`embed`', interfaces: ['EmbedOptions'], intro: 'Of `ModelService`.' },
  {
    title: '`events`',
    interfaces: ['StreamOptions'],
    intro: 'Of a `RunHandle`. See [Events and triggers](events-and-triggers.md).',
  },
  {
    title: '`replay`',
    interfaces: ['ReplayOptions'],
    intro: 'Of a `RunHandle`. See [Definition changes](definition-changes.md).',
  },
  {
    title: '`OrchestrationHarness.from`',
    interfaces: ['HarnessOptions', 'CrashOptions', 'CassetteOptions'],
    intro: 'From `nestjs-nestor/testing`. See [Testing](testing.md).',
  },
  {
    title: 'Decisions',
    interfaces: ['DecisionOptions', 'ReviewerOptions'],
    intro: 'Of `approve`, `reject`, `edit`, `answer` and `skip` of `ReviewService`.',
  },
  {
    title: '`ReviewService.claim`, `delegate`',
    interfaces: ['ReviewClaimOptions', 'DelegateOptions', 'ReviewerOptions'],
    intro: '`to` and `reason` of `delegate`. See [Human review](human-review.md#work-on-reviews).',
  },
  {
    title: '`ReviewService.metrics`',
    interfaces: ['ReviewMetricsFilter'],
    intro: 'See [Human review](human-review.md#figures).',
  },
];

/** What the page has a table of. */
export const documentedInterfaces = sections.flatMap(({ interfaces }) => interfaces);

/** What users can import: the names that the index of each entry point of the package exports. */
export function namesOfEntryPoints(): readonly string[] {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, { readonly 'nestor-source'?: string }>>;
  };
  return Object.values(exports).flatMap(({ 'nestor-source': source }) =>
    source === undefined ? [] : (readFileSync(join(root, source), 'utf8').match(/\b[A-Z]\w*/g) ?? []),
  );
}

export function isInterface(name: string): boolean {
  return interfacesOfLib().has(name);
}

export interface DocumentedOption {
  readonly name: string;
  readonly meaning: string;
  readonly otherwise: string;
}

/** The tables of docs/options.md as they have to be. */
export function optionsReference(): string {
  return sections
    .map((section) => {
      const rows = optionsOf(section.interfaces).map(
        ({ name, meaning, otherwise }) => `| \`${name}\` | ${cell(meaning)} | ${cell(otherwise)} |`,
      );
      const intro = section.intro === undefined ? [] : [section.intro, ''];
      return [
        `## ${section.title}`,
        '',
        ...intro,
        '| Option | Meaning | Default |',
        '| --- | --- | --- |',
        ...rows,
      ].join('\n');
    })
    .join('\n\n');
}

/** The members of these interfaces of lib, with what their TSDoc says. */
export function optionsOf(interfaces: readonly string[]): readonly DocumentedOption[] {
  return interfaces.flatMap((name) => {
    const found = interfacesOfLib().get(name);
    if (!found) throw new Error(`lib exports no interface ${name}`);
    return found.members.map(optionOf);
  });
}

let known: ReadonlyMap<string, ts.InterfaceDeclaration> | undefined;

function interfacesOfLib(): ReadonlyMap<string, ts.InterfaceDeclaration> {
  known ??= new Map(
    sourcesOf('').flatMap((text) =>
      ts
        .createSourceFile('lib.ts', text, ts.ScriptTarget.Latest, true)
        .statements.filter((statement) => ts.isInterfaceDeclaration(statement))
        .map((declaration) => [declaration.name.text, declaration] as const),
    ),
  );
  return known;
}

/** The text of every source file of a folder of lib. */
export function sourcesOf(folder: string): readonly string[] {
  const path = join(root, 'lib', folder);
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.(spec|fixture|d)\.ts$/.test(file))
    .map((file) => readFileSync(join(path, file), 'utf8'));
}

function optionOf(member: ts.TypeElement): DocumentedOption {
  const comment = member.getFullText().match(/\/\*\*([\s\S]*?)\*\//)?.[1] ?? '';
  const text = comment.replace(/^\s*\*/gm, '').replace(/\s+/g, ' ');
  const [meaning = '', ...tags] = text.split(/(?<=^|\s)@(?=default|example)/);
  const otherwise = tags.find((tag) => tag.startsWith('default '))?.slice('default '.length);
  return {
    name: member.name?.getText() ?? '',
    meaning: meaning.trim(),
    otherwise: otherwise?.trim() ?? (member.questionToken ? '' : 'required'),
  };
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
