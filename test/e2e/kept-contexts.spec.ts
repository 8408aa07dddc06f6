import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Input, NonRetryableError, Step, StepContext, StepCtx, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

let kept: StepContext | undefined;
let seen: unknown;

@Workflow()
class KeepingWorkflow {
  @Step() async keep(@Input() how: string, @StepCtx() context: StepContext) {
    if (how === 'keep') kept = context;
    if (how === 'use') await kept?.once('paid', () => 'paid');
    return 'done';
  }
}

@Workflow()
class LateWorkflow {
  @Step() work(@StepCtx() context: StepContext) {
    kept = context;
    context.progress('in time');
    return 'done';
  }

  @Step({ after: 'work', retry: { attempts: 1 } }) later() {
    try {
      kept?.progress('late');
    } catch (error) {
      seen = error;
    }
    if (seen) throw new NonRetryableError('progress threw');
    return 'end';
  }
}

describe.each(stores)('a context that is kept (%s)', (store) => {
  const shared = sharedHost(store, [KeepingWorkflow, LateWorkflow]);
  let warn: jest.SpiedFunction<Logger['warn']>;
  beforeEach(() => {
    kept = seen = undefined;
    warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  });
  afterEach(() => warn.mockRestore());

  it('does not put what another run does on its record: the step fails, and is told to take its own', async () => {
    const first = await shared.t.run(KeepingWorkflow, 'keep');
    const second = await shared.t.run(KeepingWorkflow, 'use', {});
    const message: unknown = expect.stringMatching(/was used in keeping\.keep .*never keep it/);
    expect(second).toMatchObject({ status: 'failed', error: { message } });
    const calls = async (id: string) =>
      (await shared.t.history(id)).filter((each) => each.startsWith('call.'));
    expect([...(await calls(first.runId)), ...(await calls(second.runId))]).toEqual([]);
  });

  it('passes on no progress of a step that has ended, and says so in the log', async () => {
    const result = await shared.t.run(LateWorkflow, null);
    expect(result).toMatchObject({ status: 'completed' });
    expect(warn.mock.calls.map(([line]) => String(line))).toEqual([
      expect.stringMatching(/late\.work .* has ended.*progress was not passed on/),
    ]);
  });
});
