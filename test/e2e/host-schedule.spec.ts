import 'reflect-metadata';
import { expect, it, jest } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Cron, Interval, ScheduleModule, SchedulerRegistry, Timeout } from '@nestjs/schedule';
import { OrchestrationModule, StartEvery, Step, Workflow } from 'nestjs-nestor';

@Injectable()
class Jobs {
  readonly calls = { cron: 0, interval: 0, timeout: 0 };
  @Cron('* * * * * *') cron() {
    this.calls.cron += 1;
  }
  @Interval(500) interval() {
    this.calls.interval += 1;
  }
  @Timeout(700) timeout() {
    this.calls.timeout += 1;
  }
}

@StartEvery('0 7 * * *')
@Workflow()
class DailyWorkflow {
  @Step() work() {
    return 1;
  }
}

/** What the host's jobs come to in three seconds. */
async function inThreeSeconds(schedules: boolean, ours: boolean) {
  @Module({
    imports: [
      ...(schedules ? [ScheduleModule.forRoot()] : []),
      ...(ours ? [OrchestrationModule.forRoot({ persistence: 'memory' })] : []),
    ],
    providers: [Jobs, DailyWorkflow],
  })
  class App {}
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'], now: 1_000_000_000_250 });
  try {
    const app = await NestFactory.createApplicationContext(App, { logger: false });
    const registry = schedules ? app.get(SchedulerRegistry) : undefined;
    const held = registry && {
      jobs: registry.getCronJobs().size,
      intervals: registry.getIntervals().length,
      timeouts: registry.getTimeouts().length,
    };
    await jest.advanceTimersByTimeAsync(3_000);
    const { calls } = app.get(Jobs);
    await app.close();
    return { calls, held };
  } finally {
    jest.useRealTimers();
  }
}

it("a host's own jobs run as often as they do without the module", async () => {
  const alone = await inThreeSeconds(true, false);
  expect(alone.calls).toEqual({ cron: 3, interval: 6, timeout: 1 });
  expect(await inThreeSeconds(true, true)).toEqual(alone);
});

it('a host without a scheduler gets none from the module', async () => {
  expect((await inThreeSeconds(false, true)).calls).toEqual({ cron: 0, interval: 0, timeout: 0 });
});
