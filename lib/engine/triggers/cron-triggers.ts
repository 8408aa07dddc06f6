import { AccessControl } from '../../access/index.js';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { MetadataAccessor, type StartEveryMetadata } from '../../decorators/index.js';
import { WorkflowRegistry } from '../../discovery/index.js';
import { errorMessage, IdempotencyConflictError, logSafely } from '../../errors/index.js';
import { assertDeclared } from './assert-declared.js';
import { Orchestrator } from '../api/orchestrator.js';
import { Timers } from '../timers.js';
import { scheduleKey } from './schedule-key.js';

/** `@StartEvery`: the clock starts runs, one a time across all instances of the application. */
@Injectable()
export class CronTriggers implements OnApplicationBootstrap {
  constructor(
    @Inject(WorkflowRegistry) private readonly registry: WorkflowRegistry,
    @Inject(Orchestrator) private readonly orchestrator: Orchestrator,
    @Inject(Timers) private readonly timers: Timers,
    @Inject(AccessControl) private readonly access: AccessControl,
  ) {}

  /** @throws {InvalidWorkflowDefinitionError} if a schedule names nobody, and somebody has to be named */
  onApplicationBootstrap(): void {
    for (const { name } of this.registry.list()) {
      // Discovery has checked time and zone.
      for (const trigger of this.schedulesOf(name)) {
        assertDeclared(this.access, name, `@StartEvery('${trigger.cron}')`, trigger);
        this.timers.at(trigger, (due) => void this.start(name, trigger, due));
      }
    }
  }

  /** The start for one planned time. The same for every instance, so all but the first find the run there. Never rejects. */
  async start(workflow: string, schedule: StartEveryMetadata, due: number): Promise<void> {
    const { cron, input, principal } = schedule;
    try {
      const idempotencyKey = scheduleKey(this.schedulesOf(workflow), schedule, due);
      const value: unknown = typeof input === 'function' ? (input as () => unknown)() : input;
      await this.orchestrator.start(workflow, value, { idempotencyKey, ...(principal ? { principal } : {}) });
    } catch (error) {
      // Another instance was first, with an input that was made a moment earlier.
      if (error instanceof IdempotencyConflictError) return;
      logSafely('error', `@StartEvery('${cron}') could not start ${workflow}: ${errorMessage(error)}`);
    }
  }

  private schedulesOf(workflow: string): readonly StartEveryMetadata[] {
    return MetadataAccessor.ofClass(this.registry.classOf(workflow), 'nestjs-nestor:start-every') ?? [];
  }
}
