import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Step, Workflow } from 'nestjs-nestor';
import { FaultPoints, type FaultPoint, ReplaceableFaults } from '../../lib/journal/index.js';
import { type Host, openHost } from './host.js';

let executions = 0;

@Workflow()
class OneStepWorkflow {
  @Step({ waitFor: 'go' }) only() {
    executions += 1;
    return 'done';
  }
}

/** While the answer to a claim is on its way, something happens. */
class MeanwhileOnce extends FaultPoints {
  hasHappened = false;

  constructor(private readonly happen: () => Promise<unknown>) {
    super();
  }

  async reach(point: FaultPoint): Promise<void> {
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
  const meanwhile = new MeanwhileOnce(async () =>
    host.database?.dataSource.query(
      'UPDATE orchestration_run SET lease_epoch = lease_epoch + 1 WHERE finished_at IS NULL',
    ),
  );
  const faults = host.t.module.get<ReplaceableFaults>(FaultPoints, { strict: false });
  faults.replace(meanwhile);
  const handle = await host.t.start(OneStepWorkflow, null);
  await handle.atRest();
  await handle.signal('go');
  while (!meanwhile.hasHappened) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(executions).toBe(0);
  await host.database?.dataSource.query('UPDATE orchestration_run SET worker_id = NULL, wake_at = now()');
  await host.t.recover();
  expect(await handle.result()).toMatchObject({ status: 'completed', output: 'done' });
  expect(executions).toBe(1);
});
