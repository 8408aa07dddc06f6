import { describe, expect, it } from '@jest/globals';
import { From, Input, Step, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

@Workflow()
class ReminderWorkflow {
  @Step() order(@Input() id: number) {
    return id;
  }

  @Step({ delay: '3d', when: ({ outputs }) => outputs.order === 1 }) remind(@From('order') id: number) {
    return `remember ${id}`;
  }

  @Step({ after: 'order' }) end(@From('remind') text: string | undefined) {
    return text ?? 'nothing to remember';
  }
}

describe.each(stores)('delay (%s)', (store) => {
  const shared = sharedHost(store, [ReminderWorkflow]);

  it('is a durable timer: nothing is held meanwhile, and a restart does not forget it', async () => {
    const waiting = await shared.t.run(ReminderWorkflow, 1);
    expect(waiting).toMatchObject({
      status: 'waiting',
      waitingFor: [{ for: 'timer', timer: 'delay', step: 'remind' }],
    });
    await shared.t.clock.advance('2d');
    expect(await shared.t.result(waiting.runId)).toMatchObject({ status: 'waiting' });
    await shared.t.recover();
    await shared.t.clock.advance('1d');
    expect(await shared.t.result(waiting.runId)).toMatchObject({ status: 'completed', output: 'remember 1' });
    expect(await shared.t.history(waiting.runId)).toEqual([
      'run.created',
      'run.started',
      'step.completed order',
      'step.waiting remind',
      'run.waiting',
      'run.resumed',
      'timer.fired remind',
      'step.completed remind',
      'step.completed end',
      'run.completed',
    ]);
  });

  it('is not begun for a step that is skipped', async () => {
    expect(await shared.t.run(ReminderWorkflow, 2)).toMatchObject({
      status: 'completed',
      output: 'nothing to remember',
    });
  });

  it('can be cut short by a cancel', async () => {
    const { runId } = await shared.t.run(ReminderWorkflow, 1);
    await shared.t.orchestrator.handle(runId).cancel('not needed');
    expect(await shared.t.orchestrator.handle(runId).result()).toMatchObject({ status: 'cancelled' });
    await shared.t.clock.advance('3d');
    expect((await shared.t.history(runId)).at(-1)).toBe('run.cancelled');
  });
});
