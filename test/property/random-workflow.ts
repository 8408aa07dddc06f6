import fc from 'fast-check';
import {
  definitionHash,
  findLoopDeadlock,
  loopRegion,
  plainStep,
  type StepDefinition,
  type WorkflowDefinition,
} from '../../lib/workflow/index.js';

/** A random acyclic workflow with most of the control flow that a step can have. Deterministic functions only. */
export const randomWorkflow: fc.Arbitrary<WorkflowDefinition> = fc
  .array(
    fc.record({
      dependencies: fc.array(fc.nat(30), { maxLength: 3 }),
      join: fc.constantFrom('all' as const, 'any' as const),
      when: fc.option(fc.boolean(), { nil: undefined, freq: 4 }),
      kind: fc.constantFrom(
        'plain',
        'plain',
        'plain',
        'items',
        'collect',
        'repeat',
        'delay',
        'signal',
        'routes',
        'cancels',
      ),
      size: fc.nat(4),
      onError: fc.constantFrom('fail' as const, 'skip' as const, 'skip' as const),
      fallback: fc.boolean(),
      compensate: fc.boolean(),
      onTimeout: fc.constantFrom('fail' as const, 'skip' as const, 'continue' as const),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((shapes) => {
    const steps = shapes.map((shape, index): StepDefinition => {
      const names = [...new Set(shape.dependencies.filter(() => index > 0).map((one) => `s${one % index}`))];
      const base = plainStep(`s${index}`, {
        dependencies: names,
        join: shape.join,
        when: shape.when === undefined ? undefined : () => shape.when ?? true,
        retry: { attempts: 2, initialDelay: 10, maxDelay: 10, factor: 1, jitter: 'none' },
        timeout: 1000,
        onError: shape.onError,
        fallback: shape.fallback ? { name: `f${index}`, parameters: [] } : undefined,
        compensate: shape.compensate ? { name: `c${index}`, parameters: [] } : undefined,
      });
      return { ...base, ...special(shape.kind, shape, index, names) };
    });
    const routed = withRoutes(nestedLoops(steps));
    const shape = {
      name: 'random',
      version: '1',
      steps: routed,
      result: routed.at(-1)?.name ?? '',
      onChange: 'refuse' as const,
    };
    return { ...shape, hash: definitionHash(shape) };
  });

interface Shape {
  readonly size: number;
  readonly onTimeout: 'fail' | 'skip' | 'continue';
}

function special(
  kind: string,
  { size, onTimeout }: Shape,
  index: number,
  before: readonly string[],
): Partial<StepDefinition> {
  const list = Array.from({ length: size }, (_, n) => n);
  switch (kind) {
    case 'items':
      return { forEach: { over: () => list, concurrency: 2, onError: 'fail' } };
    case 'collect':
      return { forEach: { over: () => list, concurrency: 2, onError: 'collect' } };
    case 'repeat':
      return {
        repeat: {
          from: before[0] ?? `s${index}`,
          while: () => size % 2 === 0,
          max: 1 + size,
          onMax: 'continue',
        },
      };
    case 'delay':
      return { delay: 1000 * size };
    case 'signal':
      return { waitFor: { signal: `signal${size}`, timeout: 5000, onTimeout } };
    case 'cancels':
      return index === 0 ? {} : { cancels: [`s${size % index}`] };
    default:
      return {};
  }
}

/** Loops that overlap in part are refused at boot: only nested and separate ones stay. */
function nestedLoops(steps: readonly StepDefinition[]): readonly StepDefinition[] {
  const kept: ReadonlySet<string>[] = [];
  return steps.map((step) => {
    if (!step.repeat) return step;
    const region = new Set(loopRegion({ steps }, step.repeat.from, step.name));
    const isApart = kept.every(
      (other) =>
        isWithin(region, other) || isWithin(other, region) || [...region].every((name) => !other.has(name)),
    );
    const loops = [...kept, region].map((names) => ({
      step: steps.findLast(({ name }) => names.has(name)) ?? step,
      region: [...names],
    }));
    if (!isApart || findLoopDeadlock({ steps }, loops)) return { ...step, repeat: undefined };
    kept.push(region);
    return step;
  });
}

function isWithin(inner: ReadonlySet<string>, outer: ReadonlySet<string>): boolean {
  return [...inner].every((name) => outer.has(name));
}

/** Every third step with followers becomes a router among them: it always takes the first. */
function withRoutes(steps: readonly StepDefinition[]): readonly StepDefinition[] {
  return steps.map((step, index) => {
    const followers = steps.filter((one) => one.dependencies.includes(step.name)).map(({ name }) => name);
    const isPlain = !step.forEach && !step.repeat && !step.waitFor && step.delay === undefined;
    return index % 3 === 0 && isPlain && followers.length > 1 ? { ...step, routes: followers } : step;
  });
}
