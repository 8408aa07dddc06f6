import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  allow,
  block,
  Guardrail,
  type GuardrailSubject,
  HumanReview,
  Input,
  ModelService,
  ReviewService,
  Step,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { stores } from '../host.js';
import { sharedHost } from '../shared-host.js';
import { lead, editor } from './people.js';
import { recordsOf } from './records.js';

const world = { done: [] as string[], active: 0, most: 0 };

class Amount {
  readonly to!: string;
  readonly usd?: number;
}

@Injectable()
class Bank {
  @Tool({ description: 'Pays', effect: 'irreversible' })
  async pay({ to }: Amount) {
    world.done.push(`pay ${to}`);
    return `paid ${to}`;
  }

  @Tool({ description: 'Gives to charity', effect: 'irreversible', repeatable: true })
  async give({ to }: Amount) {
    world.done.push(`give ${to}`);
    return `given to ${to}`;
  }

  @Tool({ description: 'Refunds', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async refund({ to, usd }: Amount) {
    world.active += 1;
    world.most = Math.max(world.most, world.active);
    await new Promise((resolve) => setImmediate(resolve));
    world.active -= 1;
    world.done.push(`refund ${to} ${usd}`);
    return `refunded ${to} ${usd}`;
  }

  @Guardrail({ at: 'tool.call', tools: ['pay'] })
  async stopsMallory({ value }: GuardrailSubject) {
    await new Promise((resolve) => setImmediate(resolve));
    return (value as Amount).to === 'mallory' ? block('we do not pay mallory') : allow();
  }
}

@Workflow()
class DeskWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step() async ask(@Input() prompt: string) {
    const { text, toolCalls } = await this.models.generate({ prompt, tools: [Bank], parallelToolCalls: 2 });
    return { text, told: toolCalls.map(({ content }) => content) };
  }
}

const calls = (name: string, ...args: Amount[]) => ({
  toolCalls: args.map((each) => ({ name, arguments: { ...each } })),
});

describe.each(stores)('several tool calls in one answer (%s)', (store) => {
  const shared = sharedHost(store, [Bank, DeskWorkflow]);
  beforeEach(() => {
    world.done = [];
    world.most = 0;
  });

  it('are all checked before the first is performed: a block of the last leaves none done', async () => {
    const { t } = shared;
    t.models
      .on('pay them')
      .replyOnce(calls('pay', { to: 'ann' }, { to: 'bob' }, { to: 'mallory' }))
      .reply('ok');
    expect(await t.run(DeskWorkflow, 'pay them')).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('we do not pay mallory') },
    });
    expect(world.done).toEqual([]);
  });

  it('that are the same irreversible call twice are performed once, and the model is told', async () => {
    const { t } = shared;
    t.models
      .on('pay twice')
      .replyOnce(calls('pay', { to: 'ann' }, { to: 'bob' }, { to: 'ann' }))
      .reply('ok');
    const { output } = (await t.run(DeskWorkflow, 'pay twice')) as { output: { told: string[] } };
    expect(world.done.toSorted()).toEqual(['pay ann', 'pay bob']);
    expect(output.told).toEqual([
      'paid ann',
      'paid bob',
      expect.stringContaining(
        "'pay' was called twice in this answer with the same arguments, and was performed once",
      ),
    ]);
  });

  it('of a repeatable tool are performed as often as they are called', async () => {
    const { t } = shared;
    t.models
      .on('give twice')
      .replyOnce(calls('give', { to: 'ann' }, { to: 'ann' }))
      .reply('ok');
    expect(await t.run(DeskWorkflow, 'give twice')).toMatchObject({ status: 'completed' });
    expect(world.done).toEqual(['give ann', 'give ann']);
  });

  it('ten of which need a person are decided in any order, edited and rejected, and each is done once', async () => {
    const { t } = shared;
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
    const asked = names.map((to, usd) => ({ to, usd }));
    t.models
      .on(`refund on ${store}`)
      .replyOnce(calls('refund', ...asked))
      .reply('ok');
    const { runId } = await t.run(DeskWorkflow, `refund on ${store}`);
    const reviews = t.module.get(ReviewService);
    const { items } = await reviews.list({ runId, limit: 20 });
    expect(items).toHaveLength(10);
    const order = ['g', 'b', 'j', 'a', 'h', 'c', 'i', 'd', 'f', 'e'];
    for (const to of order) {
      const review = items.find(({ proposed }) => (proposed as unknown as Amount).to === to);
      const id = review?.id ?? '';
      if (to === 'c') await t.reject(id, { by: lead, reason: 'no' });
      else if (to === 'h') await t.edit(id, { to: 'h', usd: 99 }, { by: editor });
      else await t.approve(id, { by: lead });
    }
    const result = await t.orchestrator.handle(runId).result();
    expect(result).toMatchObject({ status: 'completed', output: { text: 'ok' } });
    const wanted = asked
      .filter(({ to }) => to !== 'c')
      .map(({ to, usd }) => `refund ${to} ${to === 'h' ? 99 : usd}`);
    expect(world.done.toSorted()).toEqual(wanted.toSorted());
    expect(world.most).toBeLessThanOrEqual(2);
    const { told } = (result as { output: { told: string[] } }).output;
    expect(told[2]).toContain('was rejected by lead: no');
    expect(told[7]).toBe('refunded h 99');
    expect(await recordsOf(t, runId, 'review.requested')).toHaveLength(10);
    expect(await t.audit.verify(runId)).toMatchObject({ problems: [] });
  });
});
