import { describe, expect, it } from '@jest/globals';
import { Failure, From, Input, NonRetryableError, Step, StepContext, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

@Workflow()
class SearchWorkflow {
  @Step({ retry: { attempts: 2, initialDelay: 1 }, fallback: 'searchTitles' }) search(
    @Input() words: string,
  ): string {
    throw new Error(`no index for ${words}`);
  }

  searchTitles(@Input() words: string, @Failure() failure: Error, ctx: StepContext): string {
    if (words === 'both broken') throw new NonRetryableError('no titles either');
    return `titles with ${words}, since ${failure.message} (${ctx.step})`;
  }

  @Step() show(@From('search') found: string) {
    return found;
  }
}

describe.each(stores)('fallback (%s)', (store) => {
  const shared = sharedHost(store, [SearchWorkflow]);

  it('answers once the attempts are used up, and knows why', async () => {
    const result = await shared.t.run(SearchWorkflow, 'tea');
    expect(result).toMatchObject({
      status: 'completed',
      output: 'titles with tea, since no index for tea (search)',
    });
    expect(await shared.t.history(result.runId)).toEqual([
      'run.created',
      'run.started',
      'step.failed search',
      'step.failed search',
      'step.completed search',
      'step.completed show',
      'run.completed',
    ]);
    const page = await shared.t.audit.find({ runId: result.runId, type: 'step.completed' });
    expect(page.items.map(({ payload }) => payload)).toEqual(
      expect.arrayContaining([expect.objectContaining({ via: 'fallback' })]),
    );
  });

  it('that fails too fails the run with its own error', async () => {
    const result = await shared.t.run(SearchWorkflow, 'both broken');
    expect(result.status).toBe('failed');
    expect('error' in result && result.error.message).toContain('search.search');
    expect('error' in result && result.error.message).toContain('no titles either');
  });
});
