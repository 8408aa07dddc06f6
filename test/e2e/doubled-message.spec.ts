import { describe, expect, it } from '@jest/globals';
import { SignalPayload, Step, Workflow } from 'nestjs-nestor';
import { RunDispatcher } from '../../lib/dispatch/index.js';
import { Journal } from '../../lib/journal/index.js';
import { newId } from '../../lib/values/index.js';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

@Workflow()
class TwoSignalsWorkflow {
  @Step({ waitFor: 'go' }) first(@SignalPayload() word: string) {
    return word;
  }
  @Step({ waitFor: 'go', after: 'first' }) second(@SignalPayload() word: string) {
    return word;
  }
}

describe.each(stores)('a message whose sender got no answer and sends it again (%s)', (store) => {
  const shared = sharedHost(store, [TwoSignalsWorkflow]);
  const send = async (runId: string, body: Parameters<typeof post>[1], id = newId()) => {
    await post(runId, body, id);
    await shared.t.orchestrator.handle(runId).idle();
    return id;
  };
  const post = async (
    runId: string,
    body: { kind: 'signal'; name: string; payload: string } | { kind: 'pause' },
    id: string,
  ) => {
    const journal = shared.t.module.get(Journal, { strict: false });
    const dispatcher = shared.t.module.get(RunDispatcher, { strict: false });
    const at = new Date().toISOString();
    await journal.post(runId, { id, actor: { kind: 'code', id: 'test' }, at, body });
    dispatcher.dispatch([{ runId, reason: 'inbox' }]);
    await shared.t.clock.advance('1s');
  };

  it('is not a second signal, though the first was taken before it came', async () => {
    const { t } = shared;
    const { id } = await t.start(TwoSignalsWorkflow, null);
    await t.result(id);
    const body = { kind: 'signal', name: 'go', payload: 'once' } as const;
    const message = await send(id, body);
    expect(await t.history(id)).toContain('step.completed first');
    await send(id, body, message);
    expect(await t.result(id)).toMatchObject({
      status: 'waiting',
      waitingFor: [{ for: 'signal', step: 'second' }],
    });
    expect((await t.history(id)).filter((line) => line.startsWith('signal.received'))).toHaveLength(1);
    await send(id, { ...body, payload: 'twice' });
    expect(await t.result(id)).toMatchObject({ status: 'completed', output: 'twice' });
  });

  it('does not pause a run again that was resumed meanwhile', async () => {
    const { t } = shared;
    const { id } = await t.start(TwoSignalsWorkflow, null);
    await t.result(id);
    const message = await send(id, { kind: 'pause' });
    const handle = t.orchestrator.handle(id);
    expect(await handle.status()).toBe('paused');
    await handle.resume();
    await t.clock.advance('1s');
    await send(id, { kind: 'pause' }, message);
    expect(await handle.status()).toBe('waiting');
  });
});
