import { describe, expect, it } from '@jest/globals';
import { From, Input, Step, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

type Way = string | string[];

@Workflow({ result: 'sum' })
class RoutesWorkflow {
  @Step({ routes: ['refund', 'repair', 'reply'] }) decide(@Input() way: Way) {
    return way;
  }

  @Step() refund() {
    return 'refund';
  }

  @Step() repair() {
    return 'repair';
  }

  @Step({ after: 'repair' }) ship() {
    return 'ship';
  }

  @Step() reply(@From('decide') way: Way) {
    return `reply because of ${String(way)}`;
  }

  @Step({ after: 'ship' }) sum(
    @From('refund') a: string | undefined,
    @From('repair') b: string | undefined,
    @From('reply') c: string | undefined,
  ) {
    return [a, b, c].filter(Boolean);
  }
}

const steps = (history: string[]) => history.filter((line) => line.startsWith('step.'));

describe.each(stores)('routes (%s)', (store) => {
  const shared = sharedHost(store, [RoutesWorkflow]);

  it('one name: that step runs, the others and what is downstream of them are skipped', async () => {
    const result = await shared.t.run(RoutesWorkflow, 'refund');
    expect(result).toMatchObject({ status: 'completed', output: ['refund'] });
    expect(steps(await shared.t.history(result.runId))).toEqual([
      'step.completed decide',
      'step.skipped repair',
      'step.skipped reply',
      'step.skipped ship',
      'step.completed refund',
      'step.completed sum',
    ]);
  });

  it('many names: those run, at once', async () => {
    const result = await shared.t.run(RoutesWorkflow, ['reply', 'repair']);
    expect(result).toMatchObject({ output: ['repair', 'reply because of reply,repair'] });
  });

  it('an empty list skips them all', async () => {
    const result = await shared.t.run(RoutesWorkflow, []);
    expect(result).toMatchObject({ status: 'completed' });
    expect(steps(await shared.t.history(result.runId))).toEqual([
      'step.completed decide',
      'step.skipped refund',
      'step.skipped repair',
      'step.skipped reply',
      'step.skipped ship',
      'step.skipped sum',
    ]);
  });

  it.each([['elsewhere'], [['repair', 'elsewhere']], [7]])(
    '%j is not a route: the step fails at once and names the ones there are',
    async (way) => {
      const result = await shared.t.run(RoutesWorkflow, way);
      expect(result.status).toBe('failed');
      expect('error' in result && result.error.message).toContain(
        `routes.decide returned ${JSON.stringify(way)} as its route: it has to return one or many of refund, repair, reply`,
      );
      expect(await shared.t.history(result.runId)).toEqual([
        'run.created',
        'run.started',
        'step.failed decide',
        'run.failed',
      ]);
    },
  );
});
