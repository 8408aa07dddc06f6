import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { delegate, HumanReview, Input, Step, Tool, Workflow, type RunResult } from 'nestjs-nestor';
import { type Host, openHost, stores } from '../e2e/host.js';
import { lead } from '../e2e/gate/people.js';

const reviews = { samplingSecret: 'nobody can guess this one' };

@Workflow()
class SampledWorkflow {
  @Step()
  @HumanReview({ sample: 0.5 })
  write(@Input() text: string) {
    return text;
  }
}

/** Two of three are selected, and half of these looked at. */
@Workflow()
class SelectedWorkflow {
  @Step()
  @HumanReview({ when: ({ output }: { output: number }) => output % 3 !== 0, sample: 0.5 })
  count(@Input() number: number) {
    return number;
  }
}

/** Nothing is drawn where nothing could be judged. */
@Workflow()
class ConfusedWorkflow {
  @Step()
  @HumanReview({
    when: () => {
      throw new Error('no idea');
    },
    sample: 0,
  })
  write(@Input() text: string) {
    return text;
  }
}

@Workflow()
class ParentWorkflow {
  @Step({ delegate: () => SampledWorkflow })
  async ask(@Input() text: string) {
    return delegate(SampledWorkflow, text);
  }
}

@Injectable()
class Post {
  @Tool({ description: 'Posts', effect: 'idempotent' })
  @HumanReview({ sample: 0.5 })
  async post({ text }: { text: string }) {
    return text;
  }
}

@Workflow()
class PostWorkflow {
  constructor(private readonly mail: Post) {}

  @Step({ retry: { attempts: 2, initialDelay: 1 } })
  async send(@Input() text: string) {
    return this.mail.post({ text });
  }
}

@Workflow()
class UnableWorkflow {
  @Step()
  @HumanReview({ sample: 0.1 })
  write(@Input() text: string) {
    return text;
  }
}

const isAsked = ({ status }: RunResult) => status === 'waiting';

describe.each(stores)('a review of a sample (%s)', (store) => {
  let host: Host;
  beforeAll(async () => {
    const classes = [SampledWorkflow, SelectedWorkflow, ConfusedWorkflow, ParentWorkflow, Post, PostWorkflow];
    host = await openHost(store, classes, { reviews });
  });
  afterAll(() => host.close());

  /** Runs until there are some of both kinds. */
  async function many<Result>(count: number, run: (number: number) => Promise<Result>): Promise<Result[]> {
    const results: Result[] = [];
    for (let number = 1; number <= count; number++) results.push(await run(number));
    return results;
  }

  it('is asked for in some runs, and in each of their forks alike', async () => {
    const { t } = host;
    const results = await many(24, () => t.run(SampledWorkflow, 'a'));
    expect(new Set(results.map(isAsked))).toEqual(new Set([true, false]));
    for (const result of results.slice(0, 8)) {
      const fork = await t.orchestrator.handle(result.runId).fork({ from: 'write' });
      expect(isAsked(await t.result(fork.id))).toBe(isAsked(result));
      const forkOfFork = await t.orchestrator.handle(fork.id).fork({ from: 'write' });
      expect(isAsked(await t.result(forkOfFork.id))).toBe(isAsked(result));
    }
  });

  it('is drawn alike for the child that a fork begins', async () => {
    const { t } = host;
    const results = await many(8, () => t.run(ParentWorkflow, 'a'));
    for (const result of results) {
      const fork = await t.orchestrator.handle(result.runId).fork({ from: 'ask' });
      expect(isAsked(await t.result(fork.id))).toBe(isAsked(result));
    }
  });

  it('is drawn from what `when` selects, and nothing else', async () => {
    const results = await many(30, (number) => host.t.run(SelectedWorkflow, number));
    const asked = results.flatMap((result, index) => (isAsked(result) ? [index + 1] : []));
    expect(asked.filter((number) => number % 3 === 0)).toEqual([]);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThan(20);
  });

  it('is asked for where `when` throws, whatever the share', async () => {
    expect(isAsked(await host.t.run(ConfusedWorkflow, 'a'))).toBe(true);
  });

  it('is drawn for calls of tools, and stays as it was once somebody has approved', async () => {
    const { t } = host;
    const results = await many(24, () => t.run(PostWorkflow, 'a'));
    const asked = results.filter(isAsked);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThan(24);
    expect(await t.approve(asked[0]?.runId ?? '', { by: lead })).toMatchObject({ output: 'a' });
  });

  it('can not be drawn without a secret: the application does not start', async () => {
    await expect(openHost(store, [UnableWorkflow])).rejects.toThrow(
      /UnableWorkflow\.write has a review with sample, and the module has no secret/,
    );
    await expect(openHost(store, [UnableWorkflow], { reviews: { samplingSecret: 'short' } })).rejects.toThrow(
      /reviews\.samplingSecret has to be a text of at least 16 characters/,
    );
  });
});
