import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';
import { MetadataAccessor, type StartEveryMetadata } from '../../decorators/index.js';
import { WorkflowRegistry } from '../../discovery/index.js';
import { IdempotencyConflictError } from '../../errors/index.js';
import { Orchestrator } from '../orchestrator.js';

/** `@StartEvery`: the clock starts runs, one a time across all instances of the application. */
@Injectable()
export class CronTriggers implements OnApplicationBootstrap {
  private readonly logger = new Logger('Nestor');

  constructor(
    @Inject(WorkflowRegistry) private readonly registry: WorkflowRegistry,
    @Inject(Orchestrator) private readonly orchestrator: Orchestrator,
    @Inject(SchedulerRegistry) private readonly schedule: SchedulerRegistry,
  ) {}

  onApplicationBootstrap(): void {
    for (const { name } of this.registry.list()) {
      const triggers =
        MetadataAccessor.ofClass(this.registry.classOf(name), 'nestjs-nestor:start-every') ?? [];
      triggers.forEach((trigger, index) => this.arrange(name, trigger, index));
    }
  }

  private arrange(workflow: string, trigger: StartEveryMetadata, index: number): void {
    let due: number;
    const onTick = () => {
      const time = due;
      due = job.nextDate().toMillis();
      void this.start(workflow, trigger, time);
    };
    const { cron, timeZone } = trigger;
    // Discovery has checked both.
    const job = CronJob.from({
      cronTime: cron,
      onTick,
      start: false,
      ...(timeZone === undefined ? {} : { timeZone }),
    }) as CronJob;
    // The time that was planned, not the time at which the timer fires: instances agree on it.
    due = job.nextDate().toMillis();
    this.schedule.addCronJob(`nestor.start-every.${workflow}.${index}`, job);
    job.start();
  }

  /** The start for one planned time. The same for every instance, so all but the first find the run there. Never rejects. */
  async start(workflow: string, { cron, input, principal }: StartEveryMetadata, due: number): Promise<void> {
    const idempotencyKey = `start-every ${cron} ${new Date(due).toISOString()}`;
    try {
      const value: unknown = typeof input === 'function' ? (input as () => unknown)() : input;
      await this.orchestrator.start(workflow, value, { idempotencyKey, ...(principal ? { principal } : {}) });
    } catch (error) {
      // Another instance was first, with an input that was made a moment earlier.
      if (error instanceof IdempotencyConflictError) return;
      this.logger.error(
        `@StartEvery('${cron}') could not start ${workflow}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
