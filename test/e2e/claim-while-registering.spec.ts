import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Step, Workflow } from 'nestjs-nestor';
import { Leases } from '../../lib/leases/index.js';
import { stores } from './host.js';
import { Latch } from './latch.js';
import { sharedHost } from './shared-host.js';

@Workflow()
class WaitingWorkflow {
  @Step({ waitFor: 'go' }) only() {
    return 'done';
  }
}

describe.each(stores)('a worker that registers again (%s)', (store) => {
  const shared = sharedHost(store, [WaitingWorkflow]);
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('claims nothing until it is registered, and then continues with what has come meanwhile', async () => {
    const { t } = shared;
    const handle = await t.start(WaitingWorkflow, null);
    await handle.idle();
    const leases = t.module.get<Leases>(Leases, { strict: false });
    const claim = jest.spyOn(leases, 'claim');
    const register = leases.register.bind(leases);
    const [registering, answer] = [new Latch(), new Latch()];
    jest.spyOn(leases, 'register').mockImplementationOnce(async () => {
      await register();
      registering.open();
      await answer.opened;
    });
    const recovered = t.recover();
    await registering.opened;
    await handle.signal('go');
    expect(claim).not.toHaveBeenCalled();
    answer.open();
    await recovered;
    expect(await t.result(handle.id)).toMatchObject({ status: 'completed', output: 'done' });
  });
});
