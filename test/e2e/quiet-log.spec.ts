import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { From, Input, SignalPayload, Step, Workflow } from 'nestjs-nestor';
import { type Host, openHost, stores } from './host.js';
import { until } from './until.js';

@Workflow()
class OrdinaryWorkflow {
  @Step() first(@Input() value: string) {
    return value;
  }

  @Step({ after: 'first', waitFor: 'go' }) second(@SignalPayload() value: string) {
    return value;
  }

  @Step() third(@From('second') value: string) {
    return value;
  }
}

describe.each(stores)('a run in which nothing goes wrong (%s)', (store) => {
  let host: Host;
  beforeAll(async () => {
    host = await openHost(store, [OrdinaryWorkflow]);
  });
  afterAll(() => host.close());

  it('leaves no word in the log, whether it waits or ends, and nothing of it is held any more', async () => {
    const said = [
      jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined),
      jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined),
    ];
    try {
      const { runId } = await host.t.run(OrdinaryWorkflow, 'x');
      const handle = host.t.orchestrator.handle(runId);
      await handle.signal('go', 'on');
      expect(await handle.result()).toMatchObject({ status: 'completed', output: 'on' });
      await until('nothing is held', async () =>
        (await host.t.orchestrator.workers()).every(({ runs }) => runs.length === 0),
      );
      expect(said.flatMap(({ mock }) => mock.calls.map(([text]) => text))).toEqual([]);
    } finally {
      for (const spy of said) spy.mockRestore();
    }
  });
});
