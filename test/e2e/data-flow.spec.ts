import { afterEach, describe, expect, it } from '@jest/globals';
import { From, Input, Step, Workflow } from 'nestjs-nestor';
import { type Host, openHost, stores } from './host.js';

@Workflow()
class GreetingWorkflow {
  @Step() greet(@Input() name: string) {
    return `hello ${name}`;
  }

  @Step() count(@From('greet') greeting: string) {
    return greeting.length;
  }
}

describe.each(stores)('data flow (%s)', (store) => {
  let host: Host;
  afterEach(() => host.close());

  it("hands the output of a step to the steps that read it, and the last one's to the caller", async () => {
    host = await openHost(store, [GreetingWorkflow]);
    const result = await host.t.run(GreetingWorkflow, 'you');
    expect(result).toMatchObject({ status: 'completed', output: 9 });
    expect(await host.t.history(result.runId)).toEqual([
      'run.created',
      'run.started',
      'step.completed greet',
      'step.completed count',
      'run.completed',
    ]);
    expect(await host.t.audit.verify(result.runId)).toMatchObject({ problems: [] });
  });
});
