import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, type INestApplication, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import type { Server } from 'node:http';
import { ModelService, NonRetryableError, OrchestrationExceptionFilter, Step, Workflow } from 'nestjs-nestor';
import { anthropic } from 'nestjs-nestor/anthropic';
import { openai } from 'nestjs-nestor/openai';
import { OrchestrationHarness, OrchestrationTestingModule } from 'nestjs-nestor/testing';
import request from 'supertest';

const secrets = /PASSWORDX|SECRETQ|sk-KEYKEYKEY/;
/** Nobody listens there; and fetch refuses an address with a password, quoting all of it. */
const baseURL = 'http://user:PASSWORDX@127.0.0.1:1/v1?key=SECRETQ';

@Workflow({ name: 'asks-gone' })
class AsksGoneWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 } })
  async ask(): Promise<string> {
    return (await this.models.generate({ prompt: 'x' })).text;
  }
}

@Controller()
class AskController {
  constructor(private readonly models: ModelService) {}

  @Get('ask')
  async ask(): Promise<string> {
    return (await this.models.generate({ prompt: 'x' })).text;
  }
}

describe.each([
  ['openai', openai],
  ['anthropic', anthropic],
])('an address with a password and a key, of %s', (name, provider) => {
  let app: INestApplication<Server>;
  let t: OrchestrationHarness;
  beforeAll(async () => {
    const models = {
      providers: [provider({ name: 'gone', apiKey: 'sk-KEYKEYKEY', baseURL })],
      default: 'gone/x',
      retry: { attempts: 1 },
    };
    @Module({
      controllers: [AskController],
      providers: [AsksGoneWorkflow, { provide: APP_FILTER, useClass: OrchestrationExceptionFilter }],
    })
    class HostModule {}
    const module = await Test.createTestingModule({
      imports: [OrchestrationTestingModule.forRoot({ models }), HostModule],
    }).compile();
    app = module.createNestApplication<INestApplication<Server>>({ logger: false });
    t = await OrchestrationHarness.from(module, { models: 'configured' });
    await app.init();
  });
  afterAll(() => app.close());

  it('is in no HTTP answer', async () => {
    const { status, text } = await request(app.getHttpServer()).get('/ask');
    expect(status).toBe(502);
    expect(text).toContain('gone/x failed');
    expect(text).not.toMatch(secrets);
  });

  it('is in no record, and in no error with all its causes', async () => {
    const result = await t.run(AsksGoneWorkflow, undefined as never);
    expect(result.status).toBe('failed');
    expect(inspect(result, { depth: 20 })).not.toMatch(secrets);
    const { items } = await t.audit.find({ runId: result.runId });
    expect(JSON.stringify(items)).toContain('gone/x failed');
    expect(JSON.stringify(items)).not.toMatch(secrets);
    const thrown: unknown = await t.module
      .get(ModelService, { strict: false })
      .generate({ prompt: name })
      .catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(Error);
    expect(inspect(thrown, { depth: 20, showHidden: true })).not.toMatch(secrets);
  });
});

describe("an error of the host's own code", () => {
  it('shows no secret that its message quotes', () => {
    const error = new NonRetryableError('GET https://bank/pay?api_key=SECRETQ failed');
    expect(error.message).toBe('GET https://bank/pay?api_key=*** failed');
    expect(error.stack).not.toMatch(secrets);
  });
});
