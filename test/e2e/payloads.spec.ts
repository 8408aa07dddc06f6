import { beforeEach, describe, expect, it } from '@jest/globals';
import { IsInt, IsString } from 'class-validator';
import { z } from 'zod';
import { From, Input, Item, type PerItem, Step, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

class Money {
  @IsInt() cents!: number;
  @IsString() currency!: string;

  text(): string {
    return `${this.cents / 100} ${this.currency}`;
  }
}

let output: unknown;
let given: unknown;
let begun = 0;

@Workflow()
class AnythingWorkflow {
  @Step() make(): unknown {
    begun += 1;
    return output;
  }

  @Step() read(@From('make') value: unknown) {
    given = value;
    return null;
  }
}

@Workflow()
class MoneyWorkflow {
  @Step() make() {
    return Object.assign(new Money(), { cents: 250, currency: 'EUR' });
  }

  @Step() asClass(@From('make') money: Money) {
    return money.text();
  }

  @Step() asInterface(@From('make') money: { cents: number }) {
    return money instanceof Money;
  }

  @Step() end(@From('asClass') text: string, @From('asInterface') isMoney: boolean) {
    return { text, isMoney };
  }
}

@Workflow()
class CheckedWorkflow {
  static readonly output = z.object({ total: z.number() });

  @Step({ output: Money, retry: { attempts: 3 } }) make(@Input() kind: string) {
    begun += 1;
    return { cents: kind === 'bad' ? 'much' : 1, currency: 'EUR' } as unknown as Money;
  }

  @Step() end(@From('make') _: Money, @Input() kind: string): { total: number } {
    return (kind === 'bad end' ? { total: 'one' } : { total: 1 }) as { total: number };
  }
}

@Workflow()
class CheckedListWorkflow {
  static readonly output = z.array(z.string());

  @Step({ forEach: ({ input }: { input: string[] }) => input }) name(@Item() item: string): PerItem<string> {
    return item;
  }
}

@Workflow()
class LargeWorkflow {
  @Step() left() {
    return 'l'.repeat(700_000);
  }

  @Step() right() {
    return 'r'.repeat(700_000);
  }

  @Step() both(@From('left') left: string, @From('right') right: string) {
    return left.length + right.length;
  }
}

class Custom {
  readonly #secret = 1;
  visible = this.#secret;
}

const cycle: Record<string, unknown> = { name: 'cycle' };
cycle['list'] = [{ self: cycle }];

const workflows = [AnythingWorkflow, MoneyWorkflow, CheckedWorkflow, CheckedListWorkflow, LargeWorkflow];

describe.each(stores)('what a step hands on (%s)', (store) => {
  const shared = sharedHost(store, workflows);
  beforeEach(() => {
    begun = 0;
  });

  it('is the value after a trip through JSON, frozen, and the same before and after a restart', async () => {
    output = {
      when: new Date('2026-01-01T00:00:00Z'),
      nothing: undefined,
      list: [1, undefined],
      thing: new Custom(),
    };
    await shared.t.run(AnythingWorkflow, null);
    expect(given).toStrictEqual({ when: '2026-01-01T00:00:00.000Z', list: [1, null], thing: { visible: 1 } });
    expect(Object.isFrozen(given) && Object.isFrozen((given as { list: unknown }).list)).toBe(true);
  });

  it('has well-formed strings without NUL', async () => {
    output = 'a\u0000b\ud800c';
    await shared.t.run(AnythingWorkflow, null);
    expect(given).toBe('a\ufffdb\ufffdc');
  });

  it('is an instance of a class only where a schema says so', async () => {
    expect(await shared.t.run(MoneyWorkflow, null)).toMatchObject({
      output: { text: '2.5 EUR', isMoney: false },
    });
  });

  it.each([
    ['a function', { deep: [{ callback: () => 1 }] }, '$.deep[0].callback'],
    ['a BigInt', { count: 10n }, '$.count'],
    ['a cycle', cycle, '$.list[0].self'],
    ['more than the limit', { text: 'x'.repeat(1_100_000) }, '$.text'],
  ])('%s is refused at once, with the step and the path', async (_, value, path) => {
    output = value;
    const result = await shared.t.run(AnythingWorkflow, null);
    expect(result).toMatchObject({ status: 'failed', error: { cause: { code: 'PAYLOAD' } } });
    expect('error' in result && result.error.message).toContain('anything.make');
    expect('error' in result && result.error.message).toContain(path);
    expect(begun).toBe(1);
  });

  it.each([
    ['a function', { f: () => 1 }, '$.f'],
    ['a cycle', cycle, '$.list[0].self'],
  ])('%s as an input is refused at start, with the path', async (_, value, path) => {
    await expect(shared.t.start(AnythingWorkflow, value)).rejects.toThrow(path);
  });

  it('may be read together, whatever the values come to together', async () => {
    expect(await shared.t.run(LargeWorkflow, null)).toMatchObject({ status: 'completed', output: 1_400_000 });
  });

  it('is validated when it is written, where `output` says how; a wrong one is not tried again', async () => {
    const result = await shared.t.run(CheckedWorkflow, 'bad');
    expect(result).toMatchObject({ status: 'failed', error: { cause: { code: 'OUTPUT_VALIDATION' } } });
    expect('error' in result && result.error.message).toContain('checked.make');
    expect('error' in result && result.error.message).toContain('$.cents');
    expect(begun).toBe(1);
  });

  it("is validated as the run's output, where the workflow says how", async () => {
    expect(await shared.t.run(CheckedWorkflow, 'good')).toMatchObject({ output: { total: 1 } });
    const result = await shared.t.run(CheckedWorkflow, 'bad end');
    expect(result).toMatchObject({ status: 'failed', error: { cause: { code: 'OUTPUT_VALIDATION' } } });
  });

  it("the run's output may be a list that a forEach makes", async () => {
    expect(await shared.t.run(CheckedListWorkflow, ['a', 'b'])).toMatchObject({
      status: 'completed',
      output: ['a', 'b'],
    });
  });
});
