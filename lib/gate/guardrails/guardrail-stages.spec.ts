import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Clock } from '../../clock/index.js';
import type { GuardrailDefinition, GuardrailSubject, Verdict } from '../../decorators/index.js';
import { pii } from '../../guardrails/index.js';
import { GuardrailStages } from './guardrail-stages.js';
import { type VerdictName, verdictsByStrictness } from './verdict-precedence.js';

/** Deadlines fire when the test says so. */
class ManualClock extends Clock {
  private readonly deadlines = new Set<() => void>();
  now = () => 0;
  offset = () => 0;
  monotonic = () => 0;
  sleep = () => Promise.resolve();
  after(_: number, fire: () => void) {
    this.deadlines.add(fire);
    return { cancel: () => void this.deadlines.delete(fire) };
  }
  get open(): number {
    return this.deadlines.size;
  }
  expire(): void {
    for (const fire of this.deadlines) fire();
  }
}

const subject: GuardrailSubject = {
  at: 'tool.call',
  value: 'v',
  workflow: 'support-ticket',
  step: 'escalate',
  tool: 'openCase',
  agent: undefined,
  principal: undefined,
  runId: 'run-1',
};

function guardrail(
  name: string,
  evaluate: (subject: GuardrailSubject) => unknown,
  more: Partial<GuardrailDefinition> = {},
): GuardrailDefinition {
  return {
    name,
    at: ['tool.call'],
    order: 0,
    mode: 'enforce',
    onError: 'block',
    timeout: 1000,
    // also answers that the types forbid
    evaluate: evaluate as GuardrailDefinition['evaluate'],
    ...more,
  };
}

const answer = (verdict: VerdictName): Verdict =>
  verdict === 'allow'
    ? { verdict }
    : verdict === 'transform'
      ? { verdict, value: 'changed', reason: 'r' }
      : { verdict, reason: `because ${verdict}` };

const stages = (...guardrails: GuardrailDefinition[]) =>
  new GuardrailStages(() => guardrails, new ManualClock());

describe('verdicts of several guardrails', () => {
  it('the strictest decides, whatever their order', async () => {
    const verdicts = fc.array(fc.constantFrom(...verdictsByStrictness), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(verdicts, async (names) => {
        const all = names.map((name, index) => guardrail(`g${index}`, () => answer(name)));
        const result = await stages(...all).evaluate(subject);
        const strictestIndex = Math.max(0, ...names.map((name) => verdictsByStrictness.indexOf(name)));
        const expected = (['pass', 'pass', 'pass', 'reject', 'escalate', 'block'] as const)[strictestIndex];
        expect(result.outcome).toBe(expected);
        if (expected !== 'pass') {
          const name = verdictsByStrictness[strictestIndex];
          expect(result).toMatchObject({ guardrail: `g${names.indexOf(name!)}`, reason: `because ${name}` });
        }
      }),
    );
  });

  it('what is done about a verdict is recorded apart from it', async () => {
    const all = (['warn', 'transform', 'reject', 'escalate', 'escalate', 'allow'] as const).map(
      (name, index) => guardrail(`g${index}`, () => answer(name)),
    );
    const { records } = await stages(...all).evaluate(subject, { key: 'k' });
    expect(records.map(({ verdict, done }) => [verdict, done])).toEqual([
      ['warn', 'noted'],
      ['transform', 'changed'],
      ['reject', 'noted'],
      ['escalate', 'escalated'],
      ['escalate', 'escalated'],
    ]);
    expect(records[0]).toEqual({
      guardrail: 'g0',
      at: 'tool.call',
      verdict: 'warn',
      reason: 'because warn',
      mode: 'enforce',
      done: 'noted',
      key: 'k',
    });
  });

  it('leaves no record of a value that all allow', async () => {
    expect(await stages(guardrail('g', () => answer('allow'))).evaluate(subject)).toEqual({
      outcome: 'pass',
      value: 'v',
      changed: false,
      records: [],
    });
  });

  it('asks nobody after a block', async () => {
    const asked: string[] = [];
    const ask = (name: string, verdict: VerdictName, order: number) =>
      guardrail(name, () => (asked.push(name), answer(verdict)), { order });
    await stages(ask('last', 'allow', 2), ask('first', 'warn', 0), ask('second', 'block', 1)).evaluate(
      subject,
    );
    expect(asked).toEqual(['first', 'second']);
  });
});

const add = (letter: string, order: number) =>
  guardrail(letter, ({ value }) => ({ verdict: 'transform', value: `${value}${letter}`, reason: '' }), {
    order,
  });

describe('transforms', () => {
  it('apply in order: each guardrail sees what the former made of the value', async () => {
    const result = await stages(add('c', 3), add('a', 1), add('b', 2)).evaluate(subject);
    expect(result).toMatchObject({ outcome: 'pass', value: 'vabc', changed: true });
  });

  it('hand on JSON only: anything else is an error of the guardrail', async () => {
    const broken = guardrail('broken', () => ({ verdict: 'transform', value: { f: () => 1 }, reason: '' }));
    const result = await stages(broken).evaluate(subject);
    expect(result).toMatchObject({ outcome: 'block', value: 'v', changed: false });
    expect(result.records[0]?.error?.code).toBe('PAYLOAD');
  });
});

describe('a reject', () => {
  it('goes back to the model where there is one, and blocks elsewhere', async () => {
    const rejecting = guardrail('g', () => answer('reject'), { at: ['tool.call', 'step.output'] });
    expect((await stages(rejecting).evaluate(subject)).outcome).toBe('reject');
    const alone = await stages(rejecting).evaluate(subject, { rejectable: false });
    expect(alone).toMatchObject({ outcome: 'block', records: [{ verdict: 'reject', done: 'blocked' }] });
    expect((await stages(rejecting).evaluate({ ...subject, at: 'step.output' })).outcome).toBe('block');
  });
});

describe('monitor mode', () => {
  it('records the verdict and does nothing about it', async () => {
    const all = (['block', 'transform'] as const).map((name) =>
      guardrail(name, () => answer(name), { mode: 'monitor' }),
    );
    expect(await stages(...all).evaluate(subject)).toMatchObject({
      outcome: 'pass',
      value: 'v',
      changed: false,
      records: [
        { verdict: 'block', done: 'noted', mode: 'monitor' },
        { verdict: 'transform', done: 'noted', mode: 'monitor' },
      ],
    });
  });
});

describe('a guardrail that fails', () => {
  const failures = {
    throws: () => {
      throw new Error('list not loaded');
    },
    rejects: () => Promise.reject(new Error('list not loaded')),
    'throws a string': () => {
      // user code may throw anything
      throw 'list not loaded' as unknown as Error;
    },
  };

  it.each(Object.entries(failures))('that %s blocks unless it says onError: allow', async (_, evaluate) => {
    const blocked = await stages(guardrail('g', evaluate)).evaluate(subject);
    expect(blocked).toMatchObject({
      outcome: 'block',
      reason: `guardrail 'g' failed: list not loaded`,
      records: [{ verdict: 'block', done: 'blocked', error: { message: 'list not loaded' } }],
    });
    const allowed = await stages(guardrail('g', evaluate, { onError: 'allow' })).evaluate(subject);
    expect(allowed).toMatchObject({
      outcome: 'pass',
      records: [{ verdict: 'allow', done: 'passed', error: { message: 'list not loaded' } }],
    });
  });

  it.each([undefined, null, true, 'block', {}, { verdict: 'maybe' }])(
    'with %p for a verdict blocks',
    async (odd) => {
      const result = await stages(guardrail('g', () => odd)).evaluate(subject);
      expect(result.reason).toContain('returned no verdict');
    },
  );

  it('with no answer in time blocks, and its late answer harms nobody', async () => {
    const clock = new ManualClock();
    const late: ((error: Error) => void)[] = [];
    const slow = guardrail('slow', () => new Promise((_, reject) => late.push(reject)));
    const pending = new GuardrailStages(() => [slow], clock).evaluate(subject);
    expect(clock.open).toBe(1);
    clock.expire();
    expect(await pending).toMatchObject({
      outcome: 'block',
      reason: expect.stringContaining('no verdict after 1000 ms'),
    });
    late[0]?.(new Error('late'));
  });

  it('over text that is still reading at its deadline blocks, and stops reading', async () => {
    const clock = new ManualClock();
    const reading = pii({ action: 'redact', at: 'tool.call', timeout: '5s' });
    let outcome: Promise<unknown> | undefined;
    const watched: GuardrailDefinition = {
      ...reading,
      evaluate: (about, signal) =>
        (outcome = Promise.resolve(reading.evaluate(about, signal))) as Promise<Verdict>,
    };
    const verdict = new GuardrailStages(() => [watched], clock).evaluate({
      ...subject,
      value: { note: 'Ada <ada@example.org>, +49 30 901820\n'.repeat(10_000) },
    });
    setImmediate(() => clock.expire());
    expect(await verdict).toMatchObject({
      outcome: 'block',
      reason: expect.stringContaining('no verdict after 5000 ms'),
    });
    await expect(outcome).rejects.toThrow('no verdict after 5000 ms');
  });

  it('or answers leaves no deadline behind', async () => {
    const clock = new ManualClock();
    await new GuardrailStages(() => [guardrail('g', () => answer('allow'))], clock).evaluate(subject);
    await Promise.resolve();
    expect(clock.open).toBe(0);
  });
});

describe('which guardrails apply', () => {
  it.each<[string, Partial<GuardrailDefinition>, boolean]>([
    ['no limits', {}, true],
    ['another point', { at: ['run.input'] }, false],
    ['its workflow', { workflows: ['support-ticket'] }, true],
    ['another workflow', { workflows: ['digest'] }, false],
    ['its step', { steps: ['escalate'] }, true],
    ['another step', { steps: ['send'] }, false],
    ['its tool', { tools: ['openCase'] }, true],
    ['another tool', { tools: ['refund'] }, false],
    ['an agent, where there is none', { agents: ['planner'] }, false],
    ['one limit that fits and one that does not', { tools: ['openCase'], steps: ['send'] }, false],
  ])('%s', async (_, limits, expected) => {
    const result = await stages(guardrail('g', () => answer('block'), limits)).evaluate(subject);
    expect(result.outcome).toBe(expected ? 'block' : 'pass');
  });

  it('knows at which points anything stands', () => {
    const one = stages(guardrail('g', () => answer('block')));
    expect([one.hasAny('tool.call'), one.hasAny('run.input')]).toEqual([true, false]);
  });
});
