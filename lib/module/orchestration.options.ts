import type { Duration } from '../clock/index.js';
import type { GuardrailDefinition } from '../decorators/index.js';
import type { DispatcherFactory, RunDispatcher } from '../dispatch/index.js';
import type { AccessPolicy, PrincipalResolver } from '../access/index.js';
import type { PrincipalFunction } from '../http/index.js';
import type { CacheOptions } from '../cache/index.js';
import type { ConcurrencyLimit, RateLimit, SharedBudget } from '../limits/index.js';
import type { ReviewsOptions } from '../review/index.js';
import type { Instrumentation } from '../scope/index.js';
import { type ModelsOptions, type PricesOptions, type TemplatesOptions } from '../models/index.js';

export interface AuditOptions {
  /**
   * Finished runs leave that long after their end, with all their records; id, head hash and count stay behind.
   * @default forever
   */
  readonly retention?: Duration | undefined;
}

/** Options of `OrchestrationModule.forRoot`. */
export interface OrchestrationOptions {
  /** Providers of language models, their aliases, and the default. */
  readonly models?: ModelsOptions | undefined;
  /** Where prompt templates lie. */
  readonly templates?: TemplatesOptions | undefined;
  /** Guardrails that stand everywhere they say, besides those of `@Guardrail`. */
  readonly guardrails?: readonly GuardrailDefinition[] | undefined;
  /** Who is calling: for starts, reviews and queries that come in through the host's controllers. */
  readonly principal?: PrincipalFunction | undefined;
  /** Knows principals as they are today: the runs of one that is disabled are paused. @default those who have started runs stay as they were */
  readonly principals?: PrincipalResolver | undefined;
  /** Decides who may do what. @default `new RoleAccessPolicy()`: own runs, and roles where they are declared */
  readonly access?: AccessPolicy | undefined;
  /** `required`: principals without a tenant are refused. @default 'optional' */
  readonly tenancy?: 'optional' | 'required' | undefined;
  /** Watches turns, attempts, calls and commits, for traces and metrics. @default none */
  readonly instrumentation?: Instrumentation | undefined;
  /** What models cost. @default the list of `@pydantic/genai-prices` */
  readonly prices?: PricesOptions | undefined;
  /** Budgets that many runs share: of tenants, users, workflows and agents. The same in all processes. @default none */
  readonly budgets?: readonly SharedBudget[] | undefined;
  /** How much may begin in a time: of tenants, users, workflows, tools, models and agents. The same in all processes. @default none */
  readonly rateLimits?: readonly RateLimit[] | undefined;
  /** How many calls may be in flight at once: of tenants, models and tools. The same in all processes. @default no limit */
  readonly concurrencyLimits?: readonly ConcurrencyLimit[] | undefined;
  /** How much of answers and outputs is kept to be given again; which are is said where they are asked for. */
  readonly cache?: CacheOptions | undefined;
  /** How people work on reviews. */
  readonly reviews?: ReviewsOptions | undefined;
  /** Runs that this process drives at the same time; as many more wait in memory as there are wakes. @default 100 */
  readonly concurrency?: number | undefined;
  /** How long finished runs and their records are kept. */
  readonly audit?: AuditOptions | undefined;
  /** Most bytes (UTF-8) of one value: an input, an output, an argument. @default 1048576 */
  readonly payloadLimit?: number | undefined;
  /** Most bytes of one picture or file that a model is given. @default 33554432 */
  readonly mediaLimit?: number | undefined;
  /**
   * How long a shutdown waits for what is in flight; what lasts longer is aborted, and another process continues with its
   * run. Keep it below the time after which your platform kills the process.
   * @default '10s'
   */
  readonly drainTimeout?: Duration | undefined;
  /**
   * Whether this process keeps one connection to the database beside the pool, whose end tells the others at once that
   * it is gone, and by which they tell one another their news. Without it the heartbeat (15 s) and polling do.
   * Where a connection pooler is between, it is noticed and left out. @default true
   */
  readonly dedicatedConnection?: boolean | undefined;
  /**
   * `start`: starts runs and asks for them, and leaves it to other processes to drive them; calls outside of runs are
   * made here all the same. `work`: drives runs; it may start some, too. `both`.
   * @default 'both'
   */
  readonly role?: 'both' | 'start' | 'work' | undefined;
  /**
   * How processes learn that a run needs somebody: `bullmqDispatcher(…)` of `nestjs-nestor/bullmq`, or one of your own.
   * @default in this process
   */
  readonly dispatcher?: DispatcherFactory | RunDispatcher | undefined;
}

/** Options that are beside the factory of `forRootAsync`. */
export interface OrchestrationExtras {
  /** Where runs are kept. `memory` forgets them with the process. @default 'typeorm' */
  readonly persistence?: 'typeorm' | 'memory' | undefined;
  /** Name of the host's TypeORM data source. @default the default one */
  readonly dataSource?: string | undefined;
  /** Whether every module of the host sees the services without importing this one. @default true */
  readonly isGlobal?: boolean | undefined;
}

/** Token of the options after their check. */
export const CHECKED_OPTIONS = Symbol.for('nestjs-nestor.options');

export const defaultConcurrency = 100;
export const defaultDrainTimeout: Duration = '10s';
