import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Step, Workflow } from 'nestjs-nestor';
import { FailPoints, type FailPoint, ReplaceableFailPoints } from '../../lib/journal/index.js';
import { type Host, openHost } from './host.js';
import { until } from './until.js';

let executions = 0;

@Workflow()
class OneStepWorkflow {
  @Step({ waitFor: 'go' }) only() {
    executions += 1;
    return 'done';
  }
}

/** While the answer to a claim is on its way, something happens. */
class MeanwhileOnce extends FailPoints {
  hasHappened = false;

  constructor(private readonly happen: () => Promise<unknown>) {
    super();
  }

  async reach(point: FailPoint): Promise<void> {
    if (point !== 'claim' || this.hasHappened) return;
    this.hasHappened = true;
    await this.happen();
  }
}

let host: Host;
beforeAll(async () => {
  host = await openHost('database', [OneStepWorkflow]);
});
afterAll(() => host.close());

it('a worker that stood still while its claim was answered performs nothing of a run that another one has by then', async () => {
  executions = 0;
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  const meanwhile = new MeanwhileOnce(async () =>
    host.database?.dataSource.query(
      'UPDATE orchestration_run SET lease_epoch = lease_epoch + 1 WHERE finished_at IS NULL',
    ),
  );
  const faults = host.t.module.get<ReplaceableFailPoints>(FailPoints, { strict: false });
  faults.replace(meanwhile);
  const handle = await host.t.start(OneStepWorkflow, null);
  await handle.idle();
  await handle.signal('go');
  // After that it does nothing more about the run.
  await until('the worker has noticed', () =>
    warn.mock.calls.some(([message]) => String(message).includes(`no longer holds run ${handle.id}`)),
  );
  warn.mockRestore();
  expect(meanwhile.hasHappened).toBe(true);
  expect(executions).toBe(0);
  await host.database?.dataSource.query('UPDATE orchestration_run SET worker_id = NULL, wake_at = now()');
  await host.t.recover();
  expect(await handle.result()).toMatchObject({ status: 'completed', output: 'done' });
  expect(executions).toBe(1);
});
