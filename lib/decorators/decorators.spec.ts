import { describe, expect, it } from '@jest/globals';
import { delegate } from './workflow/delegate.js';
import { isDelegation } from './workflow/delegation.js';
import { retryPolicy } from './defaults.js';
import { MetadataAccessor } from './metadata-accessor.js';
import { From, Input, StepCtx } from './step/parameter.decorators.js';
import { Step } from './step/step.decorator.js';
import { StartEvery, StartOn } from './workflow/triggers.decorator.js';
import { Workflow } from './workflow/workflow.decorator.js';
import { workflowNameOf } from './workflow/workflow-name.js';

class Dto {
  a!: string;
}

@StartOn('one')
@StartOn('two', { map: (event: { b: string }) => ({ a: event.b }) })
@StartEvery('0 7 * * *', { input: { a: '' }, timeZone: 'Europe/Berlin' })
@Workflow({ version: '2' })
class NoteWorkflow {
  static readonly input = Dto;
  @Step() first(@Input() note: Dto, _context: unknown): string {
    return note.a;
  }
  @Step({ after: 'first' }) second(
    @From('first') _text: string,
    @StepCtx() _context: object,
    _list: string[],
  ) {}
}

describe('decorators', () => {
  const { prototype } = NoteWorkflow;

  it('leave what was written under string keys, so that two copies of the package understand each other', () => {
    expect(Reflect.getMetadata('nestjs-nestor:workflow', NoteWorkflow)).toEqual({ version: '2' });
    expect(Reflect.getMetadata('nestjs-nestor:step', prototype, 'second')).toEqual({ after: 'first' });
    expect(Reflect.getMetadata('nestjs-nestor:parameters', prototype, 'second')).toEqual(
      expect.arrayContaining([
        { index: 0, kind: 'from', step: 'first' },
        { index: 1, kind: 'context' },
      ]),
    );
  });

  it('let triggers be written more than once, in order', () => {
    const events = MetadataAccessor.ofClass(NoteWorkflow, 'nestjs-nestor:start-on');
    expect(events?.map(({ event }) => event)).toEqual(['one', 'two']);
    expect(MetadataAccessor.ofClass(NoteWorkflow, 'nestjs-nestor:start-every')).toEqual([
      { cron: '0 7 * * *', input: { a: '' }, timeZone: 'Europe/Berlin' },
    ]);
  });

  it('make no workflow of a subclass', () => {
    class Sub extends NoteWorkflow {}
    expect(MetadataAccessor.ofClass(Sub, 'nestjs-nestor:workflow')).toBeUndefined();
    expect(workflowNameOf(Sub)).toBeUndefined();
  });
});

describe('MetadataAccessor', () => {
  it('counts parameters and finds the classes among their types', () => {
    const { prototype } = NoteWorkflow;
    expect(MetadataAccessor.parameterCount(prototype, 'second')).toBe(3);
    expect(MetadataAccessor.parameterSchema(prototype, 'first', 0)).toBe(Dto);
    for (const index of [0, 1, 2, 3])
      expect(MetadataAccessor.parameterSchema(prototype, 'second', index)).toBeUndefined();
  });

  it('finds where the code of a method stands', () => {
    class Sub extends NoteWorkflow {
      override second() {}
    }
    expect(MetadataAccessor.ownerOf(Sub.prototype, 'second')).toBe(Sub.prototype);
    expect(MetadataAccessor.ownerOf(Sub.prototype, 'first')).toBe(NoteWorkflow.prototype);
    expect(MetadataAccessor.ownerOf(Sub.prototype, 'third')).toBeUndefined();
  });
});

function named(name: string): string | undefined {
  const type = { [name]: class {} }[name];
  if (!type) throw new Error(name);
  Workflow()(type);
  return workflowNameOf(type);
}

describe('workflowNameOf', () => {
  it.each([
    ['SupportTicketWorkflow', 'support-ticket'],
    ['Workflow', 'workflow'],
    ['HTTPProbe', 'http-probe'],
    ['Step2Workflow', 'step2'],
    ['my_Flow', 'my-flow'],
  ])('makes %s to %s', (className, name) => {
    expect(named(className)).toBe(name);
  });
});

describe('delegate', () => {
  it('is known by its brand and not by its shape, and carries plain data', () => {
    const delegation = delegate(NoteWorkflow, { a: 'x' });
    expect(isDelegation(delegation)).toBe(true);
    expect(Object.keys(delegation)).toEqual(['workflow', 'input']);
    for (const other of [{ workflow: NoteWorkflow, input: 1 }, null, undefined, 'text']) {
      expect(isDelegation(other)).toBe(false);
    }
  });
});

describe('retryPolicy', () => {
  it('lets the first set of options win, one option at a time', () => {
    expect(retryPolicy(3, { attempts: 2 }, { attempts: 9, factor: 5 }, undefined)).toMatchObject({
      attempts: 2,
      factor: 5,
    });
    expect(retryPolicy(3, undefined)).toMatchObject({ attempts: 3, factor: 2 });
    expect(retryPolicy(3, { attempts: undefined }, { attempts: 9 })).toMatchObject({ attempts: 9 });
  });
});
