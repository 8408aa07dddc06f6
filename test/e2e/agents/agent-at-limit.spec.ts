import { beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Agent, any, custom, elapsed, type LoopEvent, maxToolCalls, maxTurns, Tool } from 'nestjs-nestor';
import { lead } from '../gate/people.js';
import { stores } from '../host.js';
import { sharedHost } from '../shared-host.js';

const done: string[] = [];
const heard: LoopEvent[] = [];
const moods: string[] = [];

class Query {
  readonly number!: string;
}

abstract class Reader {
  @Tool({ description: 'Reads', effect: 'none' })
  async read({ number }: Query) {
    done.push(number);
    return `page ${number}`;
  }
}

@Agent({ instructions: 'You read.', stopWhen: maxToolCalls(2), onStop: 'review' })
class CarefulAgent extends Reader {}

@Agent({
  instructions: 'You read.',
  stopWhen: any(maxTurns(1), elapsed('1h')),
  onStop: { review: { roles: ['lead'], title: 'More turns?' } },
})
class TypedAgent extends Reader {
  static readonly output = z.object({ pages: z.number() });
}

@Agent({
  instructions: 'You read.',
  stopWhen: any(
    maxTurns(9),
    custom('enough', (event) => {
      heard.push(event);
      return event.type === 'toolResult' && event.content === 'page 2' ? 'page 2 was read' : undefined;
    }),
  ),
})
class CustomAgent extends Reader {}

/** Stops twice within one answer, and would not say so again once somebody was asked. */
@Agent({
  instructions: 'You read.',
  stopWhen: custom('moody', (event) => {
    if (event.type !== 'toolCall') return undefined;
    const { number } = event.call.arguments as { readonly number: string };
    return moods[0] === number ? `not ${number}` : undefined;
  }),
  onStop: 'review',
})
class MoodyAgent extends Reader {}

const call = (...numbers: string[]) => ({
  toolCalls: numbers.map((number) => ({ name: 'read', arguments: { number } })),
});

describe.each(stores)('at a limit that goes before a person (%s)', (store) => {
  const shared = sharedHost(store, [CarefulAgent, TypedAgent, CustomAgent, MoodyAgent]);
  beforeEach(() => {
    done.length = 0;
    heard.length = 0;
    shared.t.models.calls.length = 0;
  });

  it('an agent goes on with as much again when it is approved, from the call at which it was stopped', async () => {
    const { t } = shared;
    t.models
      .on(CarefulAgent)
      .replyOnce(call('1', '2', '3', '4', '5'))
      .replyOnce('Read.');
    const { runId, status } = await t.run(CarefulAgent, `approved ${store}`);
    expect(status).toBe('waiting');
    expect(done).toEqual(['1', '2']);
    const [review] = await t.reviews(runId);
    expect(review).toMatchObject({
      kind: 'stopped',
      choices: ['approve', 'answer', 'reject'],
      title: 'The agent careful was stopped by maxToolCalls: 2 tool calls were made',
      proposed: { performed: 2, stop: { condition: 'maxToolCalls' } },
    });
    expect(await t.approve(runId, { by: lead })).toMatchObject({ status: 'waiting' });
    expect(done).toEqual(['1', '2', '3', '4']);
    const result = await t.approve(runId, { by: lead });
    expect(result).toMatchObject({ status: 'completed', output: 'Read.' });
    expect(done).toEqual(['1', '2', '3', '4', '5']);
    expect(t.models.calls).toHaveLength(2);
    const results = t.models.calls[1]?.messages.filter(({ role }) => role === 'tool');
    expect(results?.map(({ content }) => content)).toEqual(['1', '2', '3', '4', '5'].map((n) => `page ${n}`));
  });

  it.each([1, 2, 3])('it goes on also after a crash before append %i behind the approval', async (after) => {
    const { t } = shared;
    const question = `crashed ${after} ${store}`;
    t.models
      .on(question)
      .reply(({ messages }) =>
        messages.some(({ role }) => role === 'assistant') ? 'Read.' : call('1', '2', '3'),
      );
    const { runId } = await t.run(CarefulAgent, question);
    const [review] = await t.reviews(runId);
    const crashed = t.crashAt('append.before', { after });
    const deciding = t.approve(review?.id ?? '', { by: lead });
    await Promise.race([crashed, deciding]);
    await t.recover();
    expect(await t.result(runId)).toMatchObject({ status: 'completed', output: 'Read.' });
    expect(done.filter((each) => each !== '3')).toEqual(['1', '2']);
    expect(await t.audit.verify(runId)).toMatchObject({ problems: [] });
  });

  it('gives what a person answers in its place, once that fits', async () => {
    const { t } = shared;
    t.models.on(TypedAgent).replyOnce(call('1'));
    const { runId } = await t.run(TypedAgent, `answered ${store}`);
    expect((await t.reviews(runId))[0]).toMatchObject({ title: 'More turns?', roles: ['lead'] });
    await expect(t.answer(runId, { pages: 'many' }, { by: lead })).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
    });
    expect(await t.answer(runId, { pages: 3 }, { by: lead })).toMatchObject({
      status: 'completed',
      output: { pages: 3 },
    });
    expect(done).toEqual([]);
  });

  it('has failed by name when it is rejected', async () => {
    const { t } = shared;
    t.models.on(TypedAgent).replyOnce(call('1'));
    const { runId } = await t.run(TypedAgent, `rejected ${store}`);
    expect(await t.reject(runId, { by: lead, reason: 'too dear' })).toMatchObject({
      status: 'failed',
      error: {
        message: expect.stringMatching(/typed was stopped by maxTurns: .*it may not go on: .*too dear/),
        cause: { code: 'AGENT_STOPPED', details: { condition: 'maxTurns' } },
      },
    });
  });

  it('counts the turns of a former allowance no more', async () => {
    const { t } = shared;
    t.models.on(TypedAgent).replyOnce(call('1')).replyOnce(call('2')).replyOnce({ pages: 2 });
    const { runId } = await t.run(TypedAgent, `turns ${store}`);
    expect(await t.approve(runId, { by: lead })).toMatchObject({ status: 'waiting' });
    expect(done).toEqual(['1']);
    expect(await t.approve(runId, { by: lead })).toMatchObject({ status: 'completed', output: { pages: 2 } });
    expect(done).toEqual(['1', '2']);
  });

  it('a custom condition that has stopped it is not asked about that again after a crash', async () => {
    const { t } = shared;
    t.models.on(`custom ${store}`).reply(call('1', '2'));
    t.models.on('You have to stop, because page 2 was read').reply('Enough.');
    const handle = await t.start(CustomAgent, `custom ${store}`);
    // The answer, two results, the verdict, and then the last answer.
    const crashed = t.crashAt('append.before', { after: 5 });
    await Promise.race([crashed, handle.result()]);
    const asked = heard.length;
    await t.recover();
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'Enough.' });
    const results = heard.slice(asked).filter(({ type, isPast }) => type === 'toolResult' && !isPast);
    expect({ asked: asked > 0, again: results }).toEqual({ asked: true, again: [] });
    expect(done).toEqual(['1', '2']);
  });

  it.each([1, 2, 3, 4])(
    'each of several verdicts of one answer is asked about once, also after a crash before append %i',
    async (after) => {
      const { t } = shared;
      const question = `moody ${after} ${store}`;
      moods.push('2', '4');
      t.models
        .on(question)
        .reply(({ messages }) =>
          messages.some(({ role }) => role === 'tool') ? 'Read.' : call('1', '2', '3', '4', '5'),
        );
      const { runId } = await t.run(MoodyAgent, question);
      const asked = [];
      for (let rounds = 0; rounds < 5; rounds++) {
        const [review] = await t.reviews(runId);
        if (!review) break;
        asked.push((review.proposed as { stop: { reason: string } }).stop.reason);
        moods.shift();
        const crashed = rounds === 0 ? t.crashAt('append.before', { after }) : undefined;
        const deciding = t.approve(review.id, { by: lead });
        await (crashed ? Promise.race([crashed, deciding]) : deciding);
        await t.recover();
        await t.result(runId);
      }
      expect(await t.result(runId)).toMatchObject({ status: 'completed', output: 'Read.' });
      expect(asked).toEqual(['not 2', 'not 4']);
      expect([...new Set(done)].toSorted()).toEqual(['1', '2', '3', '4', '5']);
      moods.length = 0;
    },
  );
});
