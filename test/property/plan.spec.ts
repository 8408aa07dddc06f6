import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Activation, isFinished, type RunRecord } from '../../lib/workflow/index.js';
import { randomWorkflow } from './random-workflow.js';
import { simulate, stepOf, type World } from './simulation.js';

interface Shape {
  readonly seed: number;
  /** Of a hundred attempts. */
  readonly failing: number;
  readonly order: readonly number[];
  readonly signals: boolean;
}

/** Failures by a seed: the same activation fails alike in whatever order the world brings things. */
const randomWorld: fc.Arbitrary<Shape> = fc.record({
  seed: fc.nat(),
  failing: fc.constantFrom(0, 0, 20, 50),
  order: fc.array(fc.nat(50), { minLength: 1, maxLength: 50 }),
  signals: fc.boolean(),
});

function worldOf({ seed, failing, order, signals }: Shape): World {
  let turn = 0;
  return {
    fails: ({ step, iteration, item, attempt, phase }) =>
      chance(`${seed}/${step}/${iteration}/${item ?? ''}/${attempt}/${phase}`) < failing,
    next: () => order[turn++ % order.length] ?? 0,
    signals: () => signals,
  };
}

/** From 0 to 99, by the FNV-1a hash (Fowler, Noll, Vo) of a text. */
function chance(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return hash % 100;
}

const runs = { numRuns: 300 };

describe('plan, on random workflows and random outcomes', () => {
  it('always leads to an end, or to a wait that can be named', () => {
    fc.assert(
      fc.property(randomWorkflow, randomWorld, (definition, world) => {
        const { state } = simulate(definition, worldOf(world));
        expect(isFinished(state.status)).toBe(true);
      }),
      runs,
    );
  });

  it('starts no step before its dependencies have completed or been skipped', () => {
    fc.assert(
      fc.property(randomWorkflow, randomWorld, (definition, world) => {
        const { records, started } = simulate(definition, worldOf(world));
        for (const { activation, after } of started) {
          if (activation.phase === 'compensate') continue;
          const step = stepOf(definition, activation.step);
          const before = records.filter(({ seq }) => seq <= after);
          const settled = step.dependencies.filter((name) =>
            before.some(
              (record) =>
                record.step === name &&
                record.item === undefined &&
                (record.type === 'step.completed' || record.type === 'step.skipped'),
            ),
          );
          expect(settled.length).toBeGreaterThanOrEqual(
            step.join === 'all' ? step.dependencies.length : Math.min(1, step.dependencies.length),
          );
        }
      }),
      runs,
    );
  });

  it('never starts a completed step again in its iteration', () => {
    fc.assert(
      fc.property(randomWorkflow, randomWorld, (definition, world) => {
        const { records, started } = simulate(definition, worldOf(world));
        for (const { activation, after } of started) {
          if (activation.phase === 'compensate') continue;
          expect(
            records.filter((record) => record.seq <= after && isCompletionOf(record, activation)),
          ).toEqual([]);
        }
      }),
      runs,
    );
  });

  it('completes each activation at most once', () => {
    fc.assert(
      fc.property(randomWorkflow, randomWorld, (definition, world) => {
        const { records } = simulate(definition, worldOf(world));
        const completions = records
          .filter(({ type }) => type === 'step.completed')
          .map(({ step, iteration, item }) => `${step}#${iteration}[${item ?? ''}]`);
        expect(new Set(completions).size).toBe(completions.length);
      }),
      runs,
    );
  });

  it('goes on alike from any prefix of the records', () => {
    fc.assert(
      fc.property(randomWorkflow, randomWorld, fc.nat(1000), (definition, shape, cut) => {
        // What is in flight at the cut may come back in another order: races by design are left out.
        fc.pre(definition.steps.every((step) => step.join === 'all' && step.cancels.length === 0));
        const world = { ...shape, order: [0] };
        const whole = simulate(definition, worldOf(world));
        const at = 1 + (cut % Math.max(1, whole.records.length - 1));
        const resumed = simulate(definition, worldOf(world), whole.records.slice(0, at));
        expect(resumed.state.status).toBe(whole.state.status);
        expect(resumed.state.output).toEqual(whole.state.output);
      }),
      runs,
    );
  });

  it('gives the same output in whatever order independent steps complete, where nothing races', () => {
    fc.assert(
      fc.property(
        randomWorkflow,
        randomWorld,
        fc.array(fc.nat(50), { minLength: 1 }),
        (definition, shape, order) => {
          // `any`, `cancels` and failing runs are races by design; so is a failure, which ends what is beside it.
          fc.pre(definition.steps.every((step) => step.join === 'all' && step.cancels.length === 0));
          const world = { ...shape, failing: 0 };
          const one = simulate(definition, worldOf(world));
          const other = simulate(definition, worldOf({ ...world, order }));
          expect(other.state.output).toEqual(one.state.output);
          expect(statuses(other.state)).toEqual(statuses(one.state));
        },
      ),
      runs,
    );
  });

  it('undoes every completed step with compensate, last first, when a run fails', () => {
    fc.assert(
      fc.property(randomWorkflow, randomWorld, (definition, world) => {
        const { records, state } = simulate(definition, worldOf({ ...world, failing: 50 }));
        fc.pre(state.status === 'failed');
        const undone = records.filter(
          (record) =>
            record.type === 'step.compensated' ||
            (record.type === 'step.failed' && record.payload.phase === 'compensate' && record.payload.final),
        );
        const completions = undone.map(
          (record) =>
            records.findLast(
              (one) =>
                one.type === 'step.completed' &&
                one.step === record.step &&
                one.iteration === record.iteration &&
                one.item === record.item,
            )?.seq ?? 0,
        );
        expect(completions).toEqual(completions.toSorted((a, b) => b - a));
        const wanted = records.filter(
          (record) =>
            record.type === 'step.completed' &&
            stepOf(definition, record.step ?? '').compensate &&
            (record.item !== undefined || !stepOf(definition, record.step ?? '').forEach),
        );
        expect(undone).toHaveLength(wanted.length);
      }),
      runs,
    );
  });
});

function isCompletionOf(record: RunRecord, { step, iteration, item }: Activation): boolean {
  return (
    record.type === 'step.completed' &&
    record.step === step &&
    record.iteration === iteration &&
    record.item === item
  );
}

function statuses(state: ReturnType<typeof simulate>['state']): Record<string, string> {
  return Object.fromEntries(
    [...state.steps.values()].map(({ name, status, iteration }) => [name, `${status}#${iteration}`]),
  );
}
