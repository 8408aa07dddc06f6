import { describe, expect, it } from '@jest/globals';
import { From, Input, Step, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { Meeting } from './latch.js';
import { sharedHost } from './shared-host.js';

let begun: string[] = [];
let meeting = new Meeting(3);

@Workflow()
class BranchesWorkflow {
  @Step() first(@Input() order: string) {
    return this.meet('first', order);
  }

  @Step() second(@Input() order: string) {
    return this.meet('second', order);
  }

  @Step() third() {
    return this.meet('third', '!');
  }

  @Step() together(@From('first') a: string, @From('second') b: string, @From('third') c: string) {
    return [a, b, c];
  }

  private async meet(name: string, value: string): Promise<string> {
    begun.push(name);
    await meeting.arrive();
    return `${name} ${value}`;
  }
}

@Workflow({ result: 'last' })
class EdgesWorkflow {
  @Step({ after: ['left', 'right'] }) last() {
    begun.push('last');
    return 'end';
  }

  @Step() left() {
    begun.push('left');
  }

  @Step({ after: 'left' }) right() {
    begun.push('right');
  }
}

describe.each(stores)('parallel branches (%s)', (store) => {
  const shared = sharedHost(store, [BranchesWorkflow, EdgesWorkflow]);

  it('run at once, begin in the order of declaration, and meet where their values are read', async () => {
    begun = [];
    meeting = new Meeting(3);
    const result = await shared.t.run(BranchesWorkflow, 'now');
    expect(result).toMatchObject({ status: 'completed', output: ['first now', 'second now', 'third !'] });
    expect(begun).toEqual(['first', 'second', 'third']);
    const history = await shared.t.history(result.runId);
    expect(history.slice(0, 2)).toEqual(['run.created', 'run.started']);
    expect(history.slice(2, 5).toSorted()).toEqual([
      'step.completed first',
      'step.completed second',
      'step.completed third',
    ]);
    expect(history.slice(5)).toEqual(['step.completed together', 'run.completed']);
  });

  it('wait for one another where `after` says so, wherever they are declared', async () => {
    begun = [];
    const result = await shared.t.run(EdgesWorkflow, null);
    expect(result).toMatchObject({ status: 'completed', output: 'end' });
    expect(begun).toEqual(['left', 'right', 'last']);
  });

  it('two hundred runs at once do not mix their values', async () => {
    meeting = new Meeting(3);
    const names = Array.from({ length: 200 }, (_, index) => `n${index}`);
    const handles = await shared.t.orchestrator.startMany(BranchesWorkflow, names);
    const results = await Promise.all(handles.map((handle) => handle.result()));
    const outputs = results.map((result) => result.status === 'completed' && result.output);
    expect(outputs).toEqual(names.map((name) => [`first ${name}`, `second ${name}`, 'third !']));
  });
});
