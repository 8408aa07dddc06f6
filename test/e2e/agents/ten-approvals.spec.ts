import { beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { Agent, HumanReview, Tool } from 'nestjs-nestor';
import { lead } from '../gate/people.js';
import { stores } from '../host.js';
import { sharedHost } from '../shared-host.js';

const world = { performed: [] as string[], atOnce: 0, mostAtOnce: 0 };

class Payment {
  readonly to!: string;
}

@Agent({ name: 'payer', instructions: 'You pay.', parallelToolCalls: 2 })
class PayerAgent {
  @Tool({ description: 'Pays', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async pay({ to }: Payment) {
    world.mostAtOnce = Math.max(world.mostAtOnce, (world.atOnce += 1));
    world.performed.push(to);
    await Promise.resolve();
    world.atOnce -= 1;
    return `paid ${to}`;
  }
}

const people = Array.from({ length: 10 }, (_, index) => `p${index}`);

/** Who has edited one decides no other of the run. */
const editorOf = (what: number | string) => ({ id: `editor of ${what}`, roles: ['lead'] });

/** One decision, and whether the process dies while it does what follows from it. */
const decision = fc.record({
  choice: fc.constantFrom('approve', 'edit', 'reject'),
  crash: fc.constantFrom(undefined, 'append.before', 'append.after', 'claim'),
} as const);
const plan = fc.tuple(
  fc.shuffledSubarray(people, { minLength: 10 }),
  fc.array(decision, { minLength: 10, maxLength: 10 }),
);

describe.each(stores)('ten approvals of one answer (%s)', (store) => {
  const shared = sharedHost(store, [PayerAgent]);
  let number = 0;
  beforeEach(() => Logger.overrideLogger(false));

  it('in any order, edited, rejected, with the process dying between any two, are each performed exactly once', async () => {
    const { t } = shared;
    t.models.on(PayerAgent).reply(({ messages }) => {
      if (messages.some(({ role }) => role === 'tool')) return 'Paid.';
      return { toolCalls: people.map((to) => ({ name: 'pay', arguments: { to } })) };
    });
    await fc.assert(
      fc.asyncProperty(plan, async ([order, decisions]) => {
        Object.assign(world, { performed: [], atOnce: 0, mostAtOnce: 0 });
        t.models.calls.length = 0;
        const { runId } = await t.run(PayerAgent, `payments ${(number += 1)} ${store}`);
        const opened = await t.reviews(runId);
        const idOf = new Map(opened.map(({ id, proposed }) => [(proposed as { to: string }).to, id]));
        expect(opened).toHaveLength(10);
        for (const [index, to] of order.entries()) {
          const { choice, crash } = decisions[index] ?? { choice: 'approve', crash: undefined };
          const crashed = crash && t.crashAt(crash);
          const id = idOf.get(to) ?? '';
          const deciding =
            choice === 'edit'
              ? t.edit(id, { to: `${to} edited` }, { by: editorOf(index) })
              : t[choice](id, { by: lead });
          await (crashed ? Promise.race([crashed, deciding]) : deciding);
          if (crashed) await t.recover();
          await settle(runId);
        }
        const result = await t.result(runId);
        expect(result).toMatchObject({ status: 'completed', output: 'Paid.' });
        const wanted = order.flatMap((to, index) => {
          const { choice } = decisions[index] ?? { choice: 'approve' };
          return choice === 'reject' ? [] : [choice === 'edit' ? `${to} edited` : to];
        });
        expect(world.performed.toSorted()).toEqual(wanted.toSorted());
        expect(world.mostAtOnce).toBeLessThanOrEqual(2);
        // The model hears of all ten, in its own order, and is asked for nothing twice.
        const told = t.models.calls.at(-1)?.messages.filter(({ role }) => role === 'tool') ?? [];
        expect(told.map((each) => (each as { toolCallId: string }).toolCallId)).toEqual(
          t.models.calls
            .at(-1)
            ?.messages.flatMap((each) =>
              each.role === 'assistant' ? (each.toolCalls ?? []).map(({ id }) => id) : [],
            ),
        );
        expect(t.models.calls.length).toBeLessThanOrEqual(3);
      }),
      { numRuns: store === 'memory' ? 8 : 2 },
    );
  });

  /** A payment that was begun when the process died: somebody looks whether it has happened. */
  async function settle(runId: string): Promise<void> {
    const { t } = shared;
    await t.result(runId).catch(() => undefined);
    for (const { id, kind, proposed } of await t.reviews(runId)) {
      if (kind !== 'in-doubt') continue;
      const { to } = proposed as { readonly to: string };
      if (world.performed.includes(to)) await t.answer(id, `paid ${to}`, { by: editorOf(to) });
      else await t.approve(id, { by: lead });
    }
  }
});
