import { describe, expect, it } from '@jest/globals';
import { Step, Workflow } from 'nestjs-nestor';
import { FailPoints, type FailPoint, ReplaceableFailPoints } from '../../lib/journal/index.js';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

@Workflow()
class WaitingWorkflow {
  @Step({ waitFor: 'go' }) only() {
    return 'done';
  }
}

/** Right after a run was given back, before its driver knows of it, something happens, once. */
class AfterRelease extends FailPoints {
  private isReleasing = false;
  private hasHappened = false;

  constructor(private readonly happen: () => Promise<void>) {
    super();
  }

  async reach(point: FailPoint): Promise<void> {
    if (point === 'release') this.isReleasing = true;
    if (point !== 'append.after' || !this.isReleasing || this.hasHappened) return;
    this.hasHappened = true;
    await this.happen();
  }
}

describe.each(stores)('a message that comes while a run is just being given back (%s)', (store) => {
  const shared = sharedHost(store, [WaitingWorkflow]);

  it('is heard without waiting for a sweep', async () => {
    const { t } = shared;
    const faults = t.module.get<ReplaceableFailPoints>(FailPoints, { strict: false });
    let runId = '';
    faults.replace(new AfterRelease(() => t.orchestrator.handle(runId).signal('go')));
    const handle = await t.start(WaitingWorkflow, null, {});
    runId = handle.id;
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'done' });
  });
});
