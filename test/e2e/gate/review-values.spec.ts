import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { IsInt, IsString, MaxLength } from 'class-validator';
import { HumanReview, Input, ReviewService, Step, Tool, Workflow, type WorkflowClass } from 'nestjs-nestor';
import { stores } from '../host.js';
import { sharedHost } from '../shared-host.js';
import { asker, lead, otherLead } from './people.js';
import { recordsOf } from './records.js';

class Letter {
  @IsString() @MaxLength(20) text!: string;
}
class Order {
  @IsInt() amount!: number;
}
class Receipt {
  @IsString() number!: string;
}

@Workflow()
class FormWorkflow {
  @Step()
  @HumanReview({ roles: ['lead'], form: Letter })
  async write(@Input() text: string) {
    return { text };
  }
}

@Workflow()
class SchemaWorkflow {
  @Step({ output: Letter })
  @HumanReview({ roles: ['lead'], at: 'before' })
  async write(@Input() text: string) {
    return { text };
  }
}

@Workflow()
class LastWorkflow {
  static readonly output = Letter;

  @Step({ retry: { attempts: 1 }, onError: 'review' })
  async write(@Input() text: string): Promise<Letter> {
    throw new Error(text);
  }
}

@Workflow({ result: 'choose' })
class RouteWorkflow {
  @Step({ routes: ['left', 'right'] })
  @HumanReview({ roles: ['lead'] })
  async choose(): Promise<'left' | 'right'> {
    return 'left';
  }

  @Step({ after: 'choose' }) left() {
    return 'l';
  }

  @Step({ after: 'choose' }) right() {
    return 'r';
  }
}

const sold: number[] = [];

@Injectable()
class Shop {
  @Tool({ description: 'sells', effect: 'irreversible', output: Receipt })
  @HumanReview({ roles: ['lead'], form: Order })
  async sell({ amount }: Order): Promise<Receipt> {
    sold.push(amount);
    return { number: `n-${amount}` };
  }
}

@Workflow()
class ToolWorkflow {
  constructor(private readonly shop: Shop) {}

  @Step() act() {
    return this.shop.sell({ amount: 1 });
  }
}

@Workflow()
class QuorumWorkflow {
  @Step()
  @HumanReview({ roles: ['lead'], quorum: 2 })
  async write(@Input() text: string) {
    return { text };
  }
}

describe.each(stores)('the value of a decision (%s)', (store) => {
  const shared = sharedHost(store, [
    FormWorkflow,
    SchemaWorkflow,
    LastWorkflow,
    RouteWorkflow,
    Shop,
    ToolWorkflow,
    QuorumWorkflow,
  ]);
  const by = lead;

  async function refuses(workflow: WorkflowClass, values: { answer?: unknown[]; edit?: unknown[] }) {
    const { runId, status } = await shared.t.run(workflow, 'hello', { principal: asker });
    expect(status).toBe('waiting');
    const reviews = shared.t.module.get(ReviewService);
    const id = (await reviews.list({ runId })).items[0]?.id ?? '';
    const refused = {
      code: 'INPUT_VALIDATION',
      details: {
        issues: expect.arrayContaining([
          { path: expect.any(String), message: expect.any(String) },
        ]) as unknown,
      },
    };
    for (const value of values.answer ?? [])
      await expect(reviews.answer(id, { by, value })).rejects.toMatchObject(refused);
    for (const value of values.edit ?? [])
      await expect(reviews.edit(id, { by, value })).rejects.toMatchObject(refused);
    expect((await reviews.get(id)).status).toBe('open');
    return runId;
  }

  it('fits the form of a step', async () => {
    const wrong = [{ text: 7 }, { text: 'x'.repeat(21) }, null];
    const runId = await refuses(FormWorkflow, { answer: [...wrong, undefined], edit: wrong });
    expect(await shared.t.answer(runId, { text: 'good' }, { by })).toMatchObject({
      output: { text: 'good' },
    });
  });

  it('fits the output schema of a step, of a failed one too', async () => {
    const answer = [{ text: 7 }, 'text', undefined];
    const runId = await refuses(SchemaWorkflow, { answer });
    expect(await shared.t.answer(runId, { text: 'good' }, { by })).toMatchObject({ status: 'completed' });
    const other = await refuses(LastWorkflow, { answer });
    expect(await shared.t.answer(other, { text: 'good' }, { by })).toMatchObject({
      output: { text: 'good' },
    });
  });

  it('is one of the routes', async () => {
    const runId = await refuses(RouteWorkflow, { answer: ['up', undefined, ['left', 'up']], edit: ['up'] });
    expect(await shared.t.answer(runId, 'right', { by })).toMatchObject({ output: 'right' });
  });

  it('fits the arguments of a call where it is edited, and its result where it is answered', async () => {
    const values = { answer: [{ amount: 2 }, undefined], edit: [{ number: 'n' }, { amount: 1.5 }] };
    const answered = await refuses(ToolWorkflow, values);
    expect(await shared.t.answer(answered, { number: 'n-0' }, { by })).toMatchObject({
      output: { number: 'n-0' },
    });
    expect(sold.splice(0)).toEqual([]);
    const edited = await refuses(ToolWorkflow, values);
    expect(await shared.t.edit(edited, { amount: 2 }, { by })).toMatchObject({ output: { number: 'n-2' } });
    expect(sold.splice(0)).toEqual([2]);
  });

  it('is the edit of one that another one of the quorum has approved', async () => {
    const { runId } = await shared.t.run(QuorumWorkflow, 'hello', { principal: asker });
    expect(await shared.t.edit(runId, { text: 'better' }, { by })).toMatchObject({ status: 'waiting' });
    expect(await shared.t.approve(runId, { by: otherLead })).toMatchObject({ output: { text: 'better' } });
    const reviews = shared.t.module.get(ReviewService);
    const [review] = (await reviews.list({ runId, status: 'all' })).items;
    expect(await recordsOf(shared.t, runId, 'review.decided')).toMatchObject([
      {
        actor: { id: otherLead.id },
        payload: { choice: 'edit', value: { text: 'better' }, proposedHash: review?.proposedHash },
      },
    ]);
    expect((await shared.t.audit.verify(runId)).ok).toBe(true);
  });

  it('comes from nobody who has started the run under another form of the name', async () => {
    const { runId } = await shared.t.run(FormWorkflow, 'hello', {
      principal: { id: 'jos\u00e9', roles: [] },
    });
    await expect(
      shared.t.approve(runId, { by: { id: 'jose\u0301', roles: ['lead'] } }),
    ).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
    });
  });

  it('is asked of no run that was started by what is not a principal', async () => {
    const principal = { id: 'x', roles: 'lead' as never };
    await expect(shared.t.start(FormWorkflow, 'hello', { principal })).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
      message: expect.stringContaining('$.roles must be an array of strings'),
    });
  });
});
