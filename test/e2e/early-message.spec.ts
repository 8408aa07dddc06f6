import { beforeEach, describe, it } from '@jest/globals';
import { SignalPayload, Step, StepContext, Workflow } from 'nestjs-nestor';
import { RunHandles } from '../../lib/engine/index.js';
import {
  FailPoints,
  type FailPoint,
  type InboxBody,
  ReplaceableFailPoints,
} from '../../lib/journal/index.js';
import { stores } from './host.js';
import { Latch } from './latch.js';
import { sharedHost } from './shared-host.js';
import { until } from './until.js';

let mayEnd = new Latch();

class BusyWorkflow {
  @Step() async work(ctx: StepContext) {
    ctx.abortSignal.addEventListener('abort', () => mayEnd.open());
    await mayEnd.opened;
  }
  @Step({ waitFor: 'reply' }) hear(@SignalPayload() word: string) {
    return word;
  }
}

/** This process's own from the first moment. */
@Workflow({ result: 'hear' })
class OwnWorkflow extends BusyWorkflow {}

/** Claimed, since its places are counted. */
@Workflow({ concurrency: 100, result: 'hear' })
class ClaimedWorkflow extends BusyWorkflow {}

/** While a run that is on disk is not driven yet, something happens, once. */
class Before extends FailPoints {
  private hasHappened = false;

  constructor(
    private readonly point: FailPoint,
    private readonly happen: () => Promise<void>,
  ) {
    super();
  }

  async reach(point: FailPoint): Promise<void> {
    if (point !== this.point || this.hasHappened) return;
    this.hasHappened = true;
    await this.happen();
  }
}

const messages = [
  [{ kind: 'signal', name: 'reply', payload: 'hello' }, 'signal.received'],
  [{ kind: 'cancel', reason: 'a mistake' }, 'cancel.requested'],
  [{ kind: 'pause' }, 'pause.requested'],
  [{ kind: 'budget.raised', more: { calls: 1 } }, 'budget.raised'],
] as const satisfies readonly (readonly [InboxBody, string])[];

describe.each(stores)('what reaches a run right after its start is heard while a step runs (%s)', (store) => {
  const shared = sharedHost(store, [OwnWorkflow, ClaimedWorkflow]);
  beforeEach(() => {
    mayEnd = new Latch();
  });

  const tell = (runId: string, message: InboxBody) =>
    shared.t.module.get(RunHandles, { strict: false }).post(runId, message, { kind: 'code', id: 'test' });

  async function isHeard(runId: string, type: string): Promise<void> {
    await until(`the record ${type}`, async () =>
      (await shared.t.history(runId)).some((record) => record.startsWith(type)),
    );
    mayEnd.open();
    await shared.t.orchestrator.handle(runId).cancel('the test is over');
    await shared.t.orchestrator
      .handle(runId)
      .result()
      .catch(() => undefined);
  }

  it.each(messages)('at once: %j', async (message, type) => {
    const { id } = await shared.t.start(OwnWorkflow, null as never);
    await tell(id, message);
    await isHeard(id, type);
  });

  it.each([
    ...messages.map((message) => ['own', 'create', ...message, OwnWorkflow] as const),
    ...messages.map((message) => ['claimed', 'claim', ...message, ClaimedWorkflow] as const),
  ])('before a worker knows that it has it (%s %s): %j', async (name, point, message, type, workflow) => {
    const faults = shared.t.module.get<ReplaceableFailPoints>(FailPoints, { strict: false });
    faults.replace(
      new Before(point, async () => {
        const { items } = await shared.t.orchestrator.find({ workflow: name });
        await tell(items[0]?.id ?? '', message);
      }),
    );
    const { id } = await shared.t.start(workflow, null as never);
    await isHeard(id, type);
  });
});
