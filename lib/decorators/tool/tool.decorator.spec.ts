import { describe, expect, it, jest } from '@jest/globals';
import { SetMetadata } from '@nestjs/common';
import {
  type Call,
  currentScope,
  type ExecutionScope,
  type PerformContext,
  runInScope,
} from '../../scope/index.js';
import { toolDefinitionOf } from './define-tool.js';
import { rawToolMethod } from './tool-bodies.js';
import { HumanReview } from '../review/human-review.decorator.js';
import { Tool } from './tool.decorator.js';
import { toolCall } from './tool-call.js';

class CaseDto {
  topic!: string;
}

/** Stands below the tool: what is done to the world. */
const effect = jest.fn((text: string) => text.toUpperCase());

class CaseService {
  readonly prefix = '#';

  @HumanReview({ roles: ['lead'] })
  @Tool({ description: 'Opens a case', output: CaseDto, access: ['agent'], tags: ['cases'] })
  @SetMetadata('below', 1)
  async open(input: CaseDto): Promise<string> {
    return this.prefix + effect(input.topic) + (currentScope()?.runId ?? '');
  }

  @Tool({
    name: 'list-cases',
    description: 'Lists cases',
    effect: 'none',
    timeout: '2s',
    retry: { attempts: 5 },
  })
  async list(): Promise<string[]> {
    return [];
  }
}

class LoudService extends CaseService {
  @Tool({ description: 'Opens a case loudly' })
  override async open(input: CaseDto): Promise<string> {
    return `${await super.open(input)}!`;
  }
}

const perform: PerformContext = {
  runId: 'run',
  recorded: () => [],
  usage: () => ({ calls: 0, inputTokens: 0, outputTokens: 0, usd: 0 }),
  signal: new AbortController().signal,
  key: 'call',
  idempotencyKey: 'key',
  isGuarded: false,
  heartbeat: () => undefined,
  progress: () => undefined,
  waitForRun: () => undefined as never,
};

/** A gate that notes what comes, and lets it pass or not. */
function scopeWith(gate: (call: Call) => unknown): ExecutionScope & { readonly calls: Call[] } {
  const calls: Call[] = [];
  const scope = {
    runId: 'run-1',
    calls,
    call: async (call: Call) => {
      calls.push(call);
      return gate(call);
    },
  };
  return scope as unknown as ExecutionScope & { readonly calls: Call[] };
}

describe('@Tool', () => {
  it('is the plain method outside a run', async () => {
    expect(await new CaseService().open({ topic: 'a' })).toBe('#A');
  });

  it('asks the gate inside a run, and does nothing that the gate does not perform', async () => {
    effect.mockClear();
    const denying = scopeWith(() => 'denied');
    expect(await runInScope(denying, () => new CaseService().open({ topic: 'a' }))).toBe('denied');
    expect(effect).not.toHaveBeenCalled();
    expect(denying.calls).toHaveLength(1);
    expect(denying.calls[0]).toMatchObject({ kind: 'tool', name: 'open', arguments: { topic: 'a' } });
  });

  it('performs with the arguments that the gate hands on, on its own instance, still inside the run', async () => {
    const changing = scopeWith((call) => call.perform({ topic: 'changed' }, perform));
    const service = new CaseService();
    expect(await runInScope(changing, () => service.open({ topic: 'a' }))).toBe('#CHANGEDrun-1');
  });

  it('asks the gate however it is reached: detached, by name, or through a subclass', async () => {
    const scope = scopeWith((call) => call.perform(call.arguments, perform));
    const service = new CaseService();
    await runInScope(scope, async () => {
      await service.open.call(service, { topic: 'a' });
      await (Reflect.get(service, 'open') as typeof service.open).bind(service)({ topic: 'b' });
      await new LoudService().open({ topic: 'c' });
    });
    expect(scope.calls.map(({ arguments: input }) => input)).toEqual([
      { topic: 'a' },
      { topic: 'b' },
      { topic: 'c' },
      { topic: 'c' },
    ]);
  });

  it('looks like the method that it wraps', () => {
    const { open } = CaseService.prototype;
    expect(open.name).toBe('open');
    expect(open).toHaveLength(1);
    expect(Reflect.getMetadata('below', open)).toBe(1);
  });
});

describe('toolDefinitionOf', () => {
  it('fills in what is not written, and reads the review wherever it is', () => {
    expect(toolDefinitionOf(CaseService.prototype, 'open')).toMatchObject({
      name: 'open',
      description: 'Opens a case',
      input: CaseDto,
      output: CaseDto,
      effect: 'irreversible',
      onInDoubt: 'review',
      retry: { attempts: 1 },
      timeout: 60_000,
      access: ['agent'],
      tags: ['cases'],
      review: { at: 'before', roles: ['lead'] },
      where: 'CaseService.open',
    });
    expect(toolDefinitionOf(CaseService.prototype, 'list')).toMatchObject({
      name: 'list-cases',
      input: undefined,
      effect: 'none',
      onInDoubt: 'retry',
      retry: { attempts: 5 },
      timeout: 2_000,
      review: undefined,
    });
  });

  it('takes the nearest declaration, and knows no tool where there is none', () => {
    expect(toolDefinitionOf(LoudService.prototype, 'open')?.where).toBe('LoudService.open');
    expect(toolDefinitionOf(LoudService.prototype, 'list')?.where).toBe('CaseService.list');
    expect(toolDefinitionOf(CaseService.prototype, 'toString')).toBeUndefined();
  });

  it('reaches the method below the wrapper', async () => {
    const scope = scopeWith(() => 'denied');
    const raw = rawToolMethod(CaseService.prototype, 'open');
    expect(await runInScope(scope, () => raw?.call(new CaseService(), { topic: 'a' }))).toBe('#Arun-1');
    expect(scope.calls).toEqual([]);
  });
});

describe('toolCall', () => {
  it('brings everything that the gate needs', async () => {
    const definition = toolDefinitionOf(CaseService.prototype, 'open');
    if (!definition) throw new Error('no definition');
    const actor = { kind: 'model', id: 'scripted/a' } as const;
    const call = toolCall(
      definition,
      async (args, { idempotencyKey }) => [args, idempotencyKey],
      { topic: 'a' },
      actor,
    );
    const { name, effect: howBad, onInDoubt, timeout, retry, access, review, input, output } = definition;
    expect(call).toMatchObject({
      name,
      effect: howBad,
      onInDoubt,
      timeout,
      retry,
      access,
      review,
      input,
      output,
      actor,
    });
    expect(await call.perform({ topic: 'b' }, perform)).toEqual([{ topic: 'b' }, 'key']);
  });
});
