import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  From,
  HumanReview,
  Input,
  ModelService,
  Step,
  StepContext,
  StepCtx,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { until } from './moments.js';
import { lead } from './people.js';
import { recordsOf, story } from './records.js';

class Letter {
  readonly text!: string;
}

/** Below the tools. */
@Injectable()
class World {
  readonly effects: string[] = [];
  readonly late: unknown[] = [];
}

@Injectable()
class Post {
  constructor(private readonly world: World) {}

  @Tool({ description: 'Writes down', effect: 'idempotent' })
  async note({ text }: Letter) {
    this.world.effects.push(`note ${text}`);
    return text.length;
  }

  @Tool({ description: 'Sends', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async send({ text }: Letter) {
    this.world.effects.push(`send ${text}`);
    return 'sent';
  }
}

@Workflow()
class BeforeWorkflow {
  constructor(
    private readonly post: Post,
    private readonly models: ModelService,
    private readonly world: World,
  ) {}

  /** A model, a tool and an action of its own come before what needs a person. */
  @Step()
  async write(@Input() about: string, @StepCtx() ctx: StepContext) {
    this.world.effects.push('body');
    const { text } = await this.models.generate({ prompt: about });
    await this.post.note({ text });
    const number = await ctx.once('number', () => {
      this.world.effects.push('once');
      return 7;
    });
    return `${await this.post.send({ text })} as ${number}`;
  }
}

@Workflow()
class SwallowWorkflow {
  constructor(
    private readonly post: Post,
    private readonly world: World,
  ) {}

  /** Code that believes that it can go on whatever happens. */
  @Step()
  async stubborn(@Input() way: string) {
    try {
      if (way === 'race') return await Promise.race([this.post.send({ text: way }), quickly('lost')]);
      return await this.post.send({ text: way });
    } catch {
      this.world.effects.push('caught');
      return 'swallowed';
    } finally {
      this.world.effects.push('finally');
    }
  }
}

/** A tool that calls another one. */
@Injectable()
class Office {
  constructor(private readonly post: Post) {}

  @Tool({ description: 'Writes down, twice, in its own time', effect: 'idempotent' })
  async file({ text }: Letter) {
    await this.post.note({ text: `${text} once` });
    for (let turn = 0; turn < 20; turn += 1) await quickly('on');
    return this.post.note({ text: `${text} twice` });
  }
}

@Workflow()
class BesideWorkflow {
  constructor(
    private readonly post: Post,
    private readonly office: Office,
  ) {}

  @Step()
  both(@Input() text: string) {
    return Promise.all([this.post.send({ text }), this.office.file({ text })]);
  }
}

@Workflow()
class LateWorkflow {
  constructor(
    private readonly post: Post,
    private readonly world: World,
  ) {}

  /** Leaves something behind that acts when the step is long over. */
  @Step()
  async hasty(@Input() _: string) {
    setImmediate(() => {
      setImmediate(
        () =>
          void this.post.note({ text: 'too late' }).catch((error: unknown) => this.world.late.push(error)),
      );
    });
    return 'done';
  }

  @Step()
  async after(@From('hasty') _: string) {
    await until(() => this.world.late.length > 0);
  }
}

const quickly = (value: string) => new Promise((resolve) => setImmediate(() => resolve(value)));

describe.each(stores)('a wait in the middle of a step (%s)', (store) => {
  let host: Host;
  let world: World;
  beforeAll(async () => {
    host = await openHost(store, [
      World,
      Post,
      Office,
      BeforeWorkflow,
      BesideWorkflow,
      SwallowWorkflow,
      LateWorkflow,
    ]);
    world = host.t.module.get(World);
  });
  afterAll(() => host.close());
  beforeEach(() => {
    world.effects.length = 0;
    world.late.length = 0;
    host.t.models.reset();
  });

  it('repeats no call that came before it: no second effect, no second bill', async () => {
    host.t.models.on('spring').reply('It is spring.');
    const first = await host.t.run(BeforeWorkflow, 'spring');
    expect(first).toMatchObject({ status: 'waiting', usage: { calls: 1 } });
    expect(await host.t.approve(first.runId, { by: lead })).toMatchObject({
      output: 'sent as 7',
      usage: { calls: 1 },
    });
    expect(host.t.models.calls).toHaveLength(1);
    expect(world.effects).toEqual(['body', 'note It is spring.', 'once', 'body', 'send It is spring.']);
    expect(await story(host.t, first.runId)).toEqual([
      'run.created',
      'call.completed scripted/default',
      'call.completed note',
      'call.completed number',
      'review.requested write',
      'step.waiting write',
      'run.waiting',
      'review.decided write',
      'call.intended send',
      'call.completed send',
      'step.completed write',
      'run.completed',
    ]);
    const [completed] = await recordsOf(host.t, first.runId, 'step.completed');
    expect(completed).toMatchObject({ attempt: 1, payload: { usage: { calls: 1 } } });
  });

  it('lets a tool that is at work beside it come to its end, with the tools that it calls', async () => {
    const { runId } = await host.t.run(BesideWorkflow, 'spring');
    const told = await story(host.t, runId);
    expect(told.toSorted()).toEqual(
      [
        'run.created',
        'call.completed note',
        'call.completed note',
        'call.completed file',
        'review.requested both',
        'step.waiting both',
        'run.waiting',
      ].toSorted(),
    );
    // A person is asked at once; the attempt ends when the tool has.
    expect(told.indexOf('review.requested both')).toBeLessThan(told.indexOf('call.completed file'));
    expect(told.slice(-2)).toEqual(['step.waiting both', 'run.waiting']);
    expect(await host.t.approve(runId, { by: lead })).toMatchObject({ output: ['sent', 12] });
    expect(world.effects).toEqual(['note spring once', 'note spring twice', 'send spring']);
  });

  it.each(['await', 'race'])('cannot be swallowed by catch, finally or Promise.race (%s)', async (way) => {
    const { runId, status } = await host.t.run(SwallowWorkflow, way);
    expect(status).toBe('waiting');
    expect(await story(host.t, runId)).toEqual([
      'run.created',
      'review.requested stubborn',
      'step.waiting stubborn',
      'run.waiting',
    ]);
    expect(world.effects).not.toContain('caught');
    expect(world.effects.filter((one) => one.startsWith('send'))).toEqual([]);
    await host.t.approve(runId, { by: lead });
    expect(world.effects.filter((one) => one.startsWith('send'))).toEqual([`send ${way}`]);
  });

  it('is asked for once, however often the run is looked at meanwhile', async () => {
    const { runId } = await host.t.run(SwallowWorkflow, 'await');
    await host.t.orchestrator.handle(runId).resume();
    await host.t.result(runId);
    await host.t.recover();
    expect(await recordsOf(host.t, runId, 'review.requested')).toHaveLength(1);
    expect(await host.t.approve(runId, { by: lead })).toMatchObject({ output: 'sent' });
  });

  it('a call that comes when its step is over is refused, and the process lives on', async () => {
    expect(await host.t.run(LateWorkflow, 'x')).toMatchObject({ status: 'completed' });
    expect(world.late).toMatchObject([
      { code: 'STEP_CLOSED', message: expect.stringContaining('late.hasty') },
    ]);
    expect(world.effects).toEqual([]);
  });
});
