import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Inject, Injectable, Logger, Module, Scope } from '@nestjs/common';
import { DiscoveryModule, REQUEST } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  allow,
  block,
  From,
  Guardrail,
  type GuardrailSubject,
  Input,
  Step,
  Tool,
  Workflow,
} from '../decorators/index.js';
import { InvalidWorkflowDefinitionError, UnknownWorkflowError } from '../errors/index.js';
import * as loose from './checks/draft-of.fixture.js';
import { discoveryProviders, DiscoverySettings, WorkflowRegistry } from './index.js';

class NoteDto {
  text!: string;
}

class ModelService {}

@Injectable()
class NoteService {
  @Tool({ description: 'Keeps a note' })
  async keep(note: NoteDto): Promise<string> {
    return note.text;
  }

  @Guardrail({ at: 'tool.call', tools: ['keep'] })
  noSecrets(subject: GuardrailSubject) {
    return subject.value === 'secret' ? block('a secret') : allow();
  }
}

@Workflow({ result: 'title' })
class DigestWorkflow {
  static readonly output = NoteDto;
  constructor(
    readonly notes: NoteService,
    readonly models: ModelService,
  ) {}

  @Step() summarise(@Input() note: NoteDto): string {
    return note.text;
  }

  @Step() title(@From('summarise') summary: string): string {
    return summary;
  }
}

@Injectable({ scope: Scope.REQUEST })
@Workflow({ name: 'scoped' })
class ScopedWorkflow {
  constructor(
    @Inject(REQUEST) readonly request: unknown,
    readonly notes: NoteService,
  ) {}

  @Step() only() {}
}

const settings: DiscoverySettings = { modelServices: [ModelService], guardrails: [] };

async function registryOf(providers: readonly unknown[]): Promise<WorkflowRegistry> {
  @Module({ providers: providers as never[] })
  class Feature {}
  const testing = await Test.createTestingModule({
    imports: [DiscoveryModule, Feature],
    providers: [...discoveryProviders, { provide: DiscoverySettings, useValue: settings }],
  }).compile();
  await testing.init();
  return testing.get(WorkflowRegistry);
}

const problemsOf = (providers: readonly unknown[]): Promise<readonly string[]> =>
  registryOf(providers).then(
    () => [],
    (error: unknown) => {
      if (!(error instanceof InvalidWorkflowDefinitionError)) throw error;
      return error.details['problems'] as readonly string[];
    },
  );

describe('discovery', () => {
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  afterEach(() => {
    warn.mockClear();
  });

  it('finds a workflow among odd providers, and makes its definition', async () => {
    const registry = await registryOf([
      { provide: 'null prototype', useValue: Object.create(null) },
      { provide: 'plain', useValue: { a: 1 } },
      { provide: 'nothing', useValue: null },
      { provide: 'alias', useExisting: DigestWorkflow },
      { provide: 'factory', useFactory: () => () => 1 },
      NoteService,
      ModelService,
      DigestWorkflow,
    ]);
    expect(registry.list().map(({ name }) => name)).toEqual(['digest']);
    const definition = registry.get(DigestWorkflow);
    expect(registry.get('digest')).toBe(definition);
    expect(registry.byHash(definition.hash)).toBe(definition);
    expect(registry.byHash('other')).toBeUndefined();
    expect(definition).toMatchObject({
      version: '1',
      result: 'title',
      input: NoteDto,
      output: NoteDto,
      onChange: 'refuse',
    });
    expect(definition.steps.map(({ name, dependencies }) => [name, dependencies])).toEqual([
      ['summarise', []],
      ['title', ['summarise']],
    ]);
  });

  it('takes a class that is in two modules, or comes from a factory, for one workflow', async () => {
    @Module({ providers: [{ provide: 'made', useFactory: () => new DigestWorkflow(new NoteService(), {}) }] })
    class Other {}
    const testing = await Test.createTestingModule({
      imports: [DiscoveryModule, Other],
      providers: [...discoveryProviders, NoteService, ModelService, DigestWorkflow],
    }).compile();
    await testing.init();
    expect(testing.get(WorkflowRegistry).list()).toHaveLength(1);
  });

  it('suggests the nearest workflow for a name that is none', async () => {
    const registry = await registryOf([NoteService, ModelService, DigestWorkflow]);
    expect(() => registry.get('digset')).toThrow(UnknownWorkflowError);
    expect(() => registry.get('digset')).toThrow("Did you mean 'digest'?");
    expect(() => registry.get(ScopedWorkflow)).toThrow("No workflow 'ScopedWorkflow' is registered");
  });

  it('hands out the one instance of a provider, and a new one with its REQUEST where it is request-scoped', async () => {
    const registry = await registryOf([NoteService, ModelService, DigestWorkflow, ScopedWorkflow]);
    const digest = await registry.instanceOf('digest', { runId: '1' });
    expect(await registry.instanceOf(DigestWorkflow, { runId: '2' })).toBe(digest);
    expect(digest).toBeInstanceOf(DigestWorkflow);
    const first = await registry.instanceOf('scoped', { runId: '1' });
    const second = await registry.instanceOf('scoped', { runId: '2' });
    expect(first).toMatchObject({ request: { runId: '1' } });
    expect(second).toMatchObject({ request: { runId: '2' } });
    expect(registry.describe('scoped').tools.map(({ name }) => name)).toEqual(['keep']);
  });

  it('binds guardrails to the instance of their provider', async () => {
    const registry = await registryOf([NoteService, ModelService, DigestWorkflow]);
    const [guardrail] = registry.guardrails();
    expect(guardrail).toMatchObject({
      name: 'NoteService.noSecrets',
      at: ['tool.call'],
      order: 0,
      mode: 'enforce',
      onError: 'block',
    });
    const subject = { value: 'secret' } as GuardrailSubject;
    expect(await guardrail?.evaluate(subject)).toEqual({ verdict: 'block', reason: 'a secret' });
  });

  it('warns once about an irreversible tool in the reach of a model, and a model without a budget', async () => {
    await registryOf([NoteService, ModelService, DigestWorkflow, ScopedWorkflow]);
    expect(warn.mock.calls.map(([message]) => message)).toEqual([
      expect.stringContaining("The irreversible tool 'keep' (NoteService.keep) has no output schema"),
      expect.stringContaining(
        "DigestWorkflow has a model and the irreversible tool 'keep' (NoteService.keep) in reach",
      ),
      expect.stringContaining('DigestWorkflow can call models and has no budget'),
    ]);
  });

  it('lists all problems of everything in one error, numbered', async () => {
    @loose.Workflow({ name: 'digest' })
    class Twin {
      @loose.Step({ after: 'nobody' }) a() {}
      @loose.Step({ cache: true }) b() {}
    }
    class Tools {
      @loose.Tool({}) async keep() {}
      @loose.Guardrail({ at: 'step.output', workflows: ['digets'] }) check() {}
    }
    const providers = [NoteService, ModelService, DigestWorkflow, Twin, Tools];
    await expect(registryOf(providers)).rejects.toThrow(/problems:\n {2}1\. Twin\.b: .*\n {2}2\. /);
    const problems = await problemsOf(providers);
    for (const text of [
      'Twin.b: @Step cache is true',
      "Twin.a: after names 'nobody'",
      'Twin ends with several steps',
      'Tools.keep: @Tool has no description',
      "workflows names 'digets', but there is no such workflow. Did you mean 'digest'?",
      "Two workflows have the name 'digest': DigestWorkflow and Twin",
      "Two tools have the name 'keep': NoteService.keep and Tools.keep",
    ]) {
      expect(problems).toContainEqual(expect.stringContaining(text));
    }
  });

  it('refuses an override of a tool without @Tool: it would not pass the gate', async () => {
    class Quiet extends NoteService {
      override async keep(note: NoteDto) {
        return `${note.text}!`;
      }
    }
    class Shadow extends NoteService {
      override keep = async () => 'shadow';
    }
    class Proper extends NoteService {
      @Tool({ description: 'Keeps it properly' }) override async keep() {
        return '';
      }
    }
    const text = 'overrides a @Tool without @Tool';
    expect(await problemsOf([Quiet])).toEqual([expect.stringContaining(`Quiet.keep ${text}`)]);
    expect(await problemsOf([Shadow])).toEqual([
      expect.stringContaining('Shadow has a property keep that is not the @Tool method of its class'),
    ]);
    expect(await problemsOf([Proper])).toEqual([]);
  });

  it('refuses decorators that nothing would read', async () => {
    class Lost {
      @loose.Step() a() {}
      @loose.HumanReview() b() {}
    }
    expect(await problemsOf([Lost])).toEqual([
      'Lost has @Step methods (a) but no @Workflow(). Put it on the class.',
      'Lost.b has @HumanReview but neither @Step nor @Tool. Add one of them.',
    ]);
  });

  it('refuses to delegate to what is not a workflow, or is provided nowhere', async () => {
    class NoWorkflow {}
    @loose.Workflow({ result: 'a' })
    class Parent {
      @loose.Step({ delegate: NoWorkflow }) a() {}
      @loose.Step({ delegate: DigestWorkflow }) b() {}
      @loose.Step({ delegate: undefined }) c() {}
      @loose.Step({ delegate: Parent2 }) d() {}
    }
    expect(await problemsOf([Parent, Parent2])).toEqual([
      expect.stringContaining('Parent.a: delegate names NoWorkflow, which is not a workflow'),
      expect.stringContaining('Parent.b: delegate names DigestWorkflow, which no module provides'),
      expect.stringContaining('Parent.c: delegate is undefined'),
    ]);
  });
});

@loose.Workflow()
class Parent2 {
  @loose.Step() a() {}
}
