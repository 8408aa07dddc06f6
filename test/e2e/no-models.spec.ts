import { afterEach, describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { ModelService, OrchestrationModule, type OrchestrationOptions, Step, Workflow } from 'nestjs-nestor';
import { OrchestrationHarness, ScriptedModel } from 'nestjs-nestor/testing';

@Injectable()
class Writer {
  constructor(private readonly models: ModelService) {}

  async write(): Promise<string> {
    return (await this.models.generate({ prompt: 'write', maxTokens: 10 })).text;
  }
}

@Workflow()
class LetterWorkflow {
  constructor(private readonly writer: Writer) {}

  @Step() write() {
    return this.writer.write();
  }
}

@Module({ providers: [Writer, LetterWorkflow] })
class LettersModule {}

describe('an application without a provider of models', () => {
  let module: TestingModule;
  // Nest 11 ends what did not boot with the same error.
  afterEach(() => module.close().catch(() => undefined));

  const compile = async (options: OrchestrationOptions, ...imports: (typeof LettersModule)[]) => {
    module = await Test.createTestingModule({
      imports: [OrchestrationModule.forRoot({ persistence: 'memory', ...options }), ...imports],
    }).compile();
    return module;
  };

  it('does not boot where something injects ModelService, and says who and what to do', async () => {
    const compiled = await compile({}, LettersModule);
    await expect(compiled.init()).rejects.toThrow(
      'Writer injects ModelService, and there is no provider of models that could answer. Give the module one:',
    );
  });

  it('boots where nothing asks for models', async () => {
    await expect((await compile({})).init()).resolves.toBeDefined();
  });

  it('boots where a test has put its own double in the place of ModelService', async () => {
    module = await Test.createTestingModule({
      imports: [OrchestrationModule.forRoot({ persistence: 'memory' }), LettersModule],
    })
      .overrideProvider(ModelService)
      .useValue({ generate: async () => ({ text: 'Dear all' }) })
      .compile();
    await module.init();
    expect(await module.get(Writer).write()).toBe('Dear all');
  });

  it('boots with a provider', async () => {
    const models = { providers: [new ScriptedModel('own')], default: 'own/small' };
    await expect((await compile({ models }, LettersModule)).init()).resolves.toBeDefined();
  });

  it('boots under the test harness, which answers in its place', async () => {
    const t = await OrchestrationHarness.from(await compile({}, LettersModule));
    t.models.on('write').reply('Dear all');
    expect(await t.run(LetterWorkflow, undefined as never)).toMatchObject({ output: 'Dear all' });
  });
});
