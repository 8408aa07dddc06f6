import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import {
  append,
  Input,
  Item,
  ItemIndex,
  maximum,
  type PerItem,
  sharedState,
  State,
  StateOf,
  Step,
  StepContext,
  StepCtx,
  sum,
  Workflow,
} from 'nestjs-nestor';
import { type Host, openHost, stores } from '../e2e/host.js';
import { Latch } from '../e2e/latch.js';

const board = sharedState('board', { log: append<string>(), total: sum(), best: maximum() });

/** What a writer does next: write, look at what it is pinned to, look at what is there now, give way, or fail once. */
type Act = 'update' | 'get' | 'latest' | 'yield' | 'fail';

interface Plan {
  readonly writers: readonly (readonly Act[])[];
}

/** What a writer has seen, and how much it had written by then. */
interface Sight {
  readonly act: 'get' | 'latest';
  readonly writer: number;
  readonly written: number;
  readonly log: readonly string[];
}

/** By writer and act: what its last attempt has seen. */
const sights = new Map<string, Sight>();

@Workflow({ result: 'end' })
class WritersWorkflow {
  static readonly state = board;

  @Step({
    forEach: { over: ({ input }) => (input as Plan).writers, concurrency: 20 },
    retry: { attempts: 3, initialDelay: 0, jitter: 'none' },
  })
  async write(
    @Item() acts: readonly Act[],
    @ItemIndex() writer: number,
    @State(board) state: StateOf<typeof board>,
    @StepCtx() { attempt }: StepContext,
  ): Promise<PerItem<number>> {
    let written = 0;
    for (const [at, act] of acts.entries()) {
      const see = (log: readonly string[]) =>
        sights.set(`${writer} ${at}`, { act: act as Sight['act'], writer, written, log });
      switch (act) {
        case 'update':
          await state.update('log', `${writer}/${written}`);
          await state.update('total', 1);
          await state.update('best', writer);
          written += 1;
          break;
        case 'get':
          see(state.get('log'));
          break;
        case 'latest':
          see(await state.latest('log'));
          break;
        case 'yield':
          await new Promise((resolve) => setImmediate(resolve));
          break;
        case 'fail':
          if (attempt === 1) throw new Error('once');
      }
    }
    return written;
  }

  @Step({ after: 'write' })
  end(@Input() _: Plan, @State(board) state: StateOf<typeof board>) {
    return { log: state.get('log'), total: state.get('total'), best: state.get('best') };
  }
}

const acts = fc.constantFrom<Act>('update', 'update', 'get', 'latest', 'yield', 'fail');
const plans = fc.record({
  writers: fc.array(fc.array(acts, { maxLength: 5 }), { minLength: 20, maxLength: 20 }),
  crashes: fc.array(fc.nat({ max: 60 }), { maxLength: 3 }),
});

/**
 * Of what others have written, a beginning of the whole; of its own, all that it had written by then. What a failed attempt had
 * written may have been seen, and is written again by the next one: of writers that fail only their own sight is told.
 */
function isPrefixWithOwn(
  { act, writer, written, log }: Sight,
  whole: readonly string[],
  isSteady: (writer: number) => boolean,
): boolean {
  const isOwn = (line: string) => line.startsWith(`${writer}/`);
  const isOthers = (line: string) => !isOwn(line) && isSteady(parseInt(line, 10));
  const isBeginning = (which: (line: string) => boolean) => {
    const all = whole.filter(which);
    return log.filter(which).every((line, index) => all[index] === line);
  };
  const own = Array.from({ length: written }, (_, index) => `${writer}/${index}`);
  // What is there now is one order for all, its own among them.
  const isInOrder = act === 'get' || isBeginning((line) => isSteady(parseInt(line, 10)));
  return isBeginning(isOthers) && isInOrder && log.filter(isOwn).join() === own.join();
}

describe.each(stores)('twenty writers on a shared state (%s)', (store) => {
  let host: Host;
  let death = new Latch();
  const hasDied = () => death.open();
  beforeAll(async () => {
    host = await openHost(store, [WritersWorkflow]);
    // The crashes are meant.
    Logger.overrideLogger(false);
  });
  afterAll(() => host.close());

  it('each see a beginning of what there is with their own updates, and none is lost, whatever fails or dies', async () => {
    const { t } = host;
    await fc.assert(
      fc.asyncProperty(plans, async ({ writers, crashes }) => {
        sights.clear();
        // What was not reached in one run is in the next one.
        for (const after of crashes) void t.crashAt('append.before', { after }).then(() => hasDied());
        const handle = await t.start(WritersWorkflow, { writers });
        const ended = handle.result();
        let isOver = false;
        void ended.then(() => (isOver = true));
        while (!isOver) {
          await Promise.race([ended, death.opened]);
          // It may die once more while it is taken up.
          death = new Latch();
          await t.recover();
        }
        const result = await ended;
        if (result.status !== 'completed') throw new Error(`it is ${result.status}`);
        // What `end` gives.
        const { log, total, best } = result.output as { log: string[]; total: number; best?: number };
        const expected = writers.flatMap((own, writer) =>
          own.filter((act) => act === 'update').map((_, index) => `${writer}/${index}`),
        );
        expect([...log].toSorted()).toEqual(expected.toSorted());
        expect(total).toBe(expected.length);
        expect(best).toBe(
          expected.length === 0 ? undefined : Math.max(...expected.map((line) => parseInt(line, 10))),
        );
        const isSteady = (writer: number) => !writers[writer]?.includes('fail');
        for (const sight of sights.values())
          if (!isPrefixWithOwn(sight, log, isSteady))
            throw new Error(`${JSON.stringify(sight)} of ${log.join(' ')}`);
      }),
      { numRuns: store === 'memory' ? 40 : 8 },
    );
  });
});
