import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Provider } from '@nestjs/common';
import { From, Input, Step, Workflow, type WorkflowClass } from 'nestjs-nestor';
import { openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { type Host, openHost } from './host.js';

/** The same workflow before and after a deployment: it waits an hour, and has got a step more. */
function deployments(name: string, onChange: 'refuse' | 'pin' | 'continue') {
  @Workflow({ name, onChange })
  class Before {
    @Step({ delay: '1h' }) wait(@Input() text: string): string {
      return text;
    }
  }
  @Workflow({ name, onChange })
  class After {
    @Step({ delay: '1h' }) wait(@Input() text: string): string {
      return text;
    }
    @Step() shout(@From('wait') text: string): string {
      return `${text}!`;
    }
  }
  return { Before, After };
}

describe('a run that waits while another definition is deployed', () => {
  let database: TestDatabase;
  let host: Host | undefined;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => stop());

  async function deploy(workflow: Provider): Promise<Host> {
    await stop();
    host = await openHost('database', [workflow], {}, { database });
    return host;
  }

  async function stop(): Promise<void> {
    await host?.close();
    host = undefined;
  }

  async function begun(workflow: Provider & WorkflowClass): Promise<string> {
    const { t } = await deploy(workflow);
    return (await t.run(workflow, 'hello')).runId;
  }

  it('goes on with the new one when its time has come, if it says so', async () => {
    const { Before, After } = deployments('continuing', 'continue');
    const runId = await begun(Before);
    const { t } = await deploy(After);
    await t.clock.advance('1h');
    expect(await t.result(runId)).toMatchObject({ status: 'completed', output: 'hello!' });
  });

  it('is paused with the reason when its time has come, and continues with the former one', async () => {
    const { Before, After } = deployments('refusing', 'refuse');
    const runId = await begun(Before);
    const { t } = await deploy(After);
    await t.clock.advance('1h');
    expect(await t.orchestrator.handle(runId).status()).toBe('paused');
    expect((await t.audit.find({ runId, type: 'run.paused' })).items).toMatchObject([
      { payload: { reason: expect.stringMatching(/^DefinitionChangedError: refusing was changed/) } },
    ]);
    const former = (await deploy(Before)).t;
    await former.clock.advance('1h');
    await former.orchestrator.handle(runId).resume();
    expect(await former.orchestrator.handle(runId).result()).toMatchObject({
      status: 'completed',
      output: 'hello',
    });
  });

  it('is left to processes that have the former one, if it is pinned', async () => {
    const { Before, After } = deployments('pinned', 'pin');
    const runId = await begun(Before);
    const { t } = await deploy(After);
    await t.clock.advance('1h');
    expect(await t.orchestrator.handle(runId).status()).toBe('waiting');
    // A message brings it to this process, which does nothing about it.
    await t.orchestrator.handle(runId).signal('unasked');
    await t.clock.advance('1m');
    expect(await t.history(runId)).not.toContain('step.completed wait');
    const former = (await deploy(Before)).t;
    // Later than any time at which the other process can have given it back.
    await former.clock.advance('2h');
    expect(await former.result(runId)).toMatchObject({ status: 'completed', output: 'hello' });
  });
});
