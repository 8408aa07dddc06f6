import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { EventEmitter2, EventEmitterModule } from '@nestjs/event-emitter';
import type { INestApplication, Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import {
  InputValidationError,
  type Instrumentation,
  OrchestrationHealthIndicator,
  type OrchestrationOptions,
  type WorkflowClass,
} from 'nestjs-nestor';
import { OrchestrationTestingModule, ScriptedModel } from 'nestjs-nestor/testing';
import { firstValueFrom, fromEvent, timeout } from 'rxjs';
import { openTestDatabase } from '../database/test-database.js';
import { type Host, openHost, type Store } from '../e2e/host.js';
import { type LoadedPage, loadPage } from './pages.js';

let host: Host | undefined;
afterEach(async () => {
  await host?.close();
  host = undefined;
});

beforeAll(() => {
  process.env['OPENAI_API_KEY'] = process.env['ANTHROPIC_API_KEY'] = 'unused';
});

async function open(
  path: string,
  names: readonly string[],
  store: Store = 'memory',
  more = {},
  given: OrchestrationOptions = {},
) {
  const page: LoadedPage = await loadPage(path);
  const options: OrchestrationOptions = path === 'docs/http.md' ? page.get('options') : given;
  host = await openHost(
    store,
    names.map((name) => page.get<Provider>(name)),
    options,
    more,
  );
  return { page, t: host.t };
}

describe('docs/durability.md', () => {
  it('does not run a completed step again after a crash', async () => {
    const { page, t } = await open('docs/durability.md', ['PayoutWorkflow', 'Bank']);
    expect((await page.run('crash', t))['result']).toMatchObject({ status: 'completed' });
    expect(page.get<{ started: number }>('PayoutWorkflow').started).toBe(1);
  });

  it('puts a transfer whose outcome is unknown before a person', async () => {
    const { page, t } = await open('docs/durability.md', ['PayoutWorkflow', 'Bank']);
    const { asked, result } = await page.run('doubt', t);
    expect(asked).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'review', step: 'pay' }] });
    expect(result).toMatchObject({ output: expect.stringMatching(/^transfer 1, receipt \d+$/) });
    expect(t.module.get<{ transfers: string[] }>(page.get('Bank')).transfers).toEqual(['XX893704']);
  });
});

describe('docs/durability.md, transactional steps', () => {
  it('commit rows and record together', async () => {
    const { page, t } = await open('docs/durability.md', ['BookingWorkflow'], 'database');
    const database = t.module.get(DataSource);
    await database.query('CREATE TABLE booking (cents int)');
    const { booked, rows } = await page.run('book', t, database);
    expect(booked).toMatchObject({ status: 'completed', output: 250 });
    expect(rows).toEqual([{ cents: 250 }]);
  });
});

describe('docs/options.md', () => {
  it('refuses at boot what has no meaning', async () => {
    const page = await loadPage('docs/options.md');
    const { problems } = await page.run('hasty');
    expect(problems).toMatch(/2 problems/);
    expect(problems).toContain("timeout is '5 parsecs'. Write a duration");
    expect(problems).toContain('retry.attempts is 0. Write a whole number of 1 or more.');
  });
});

describe('docs/errors.md', () => {
  it('throws for a refused start, and gives a failed run as a result', async () => {
    const { page, t } = await open('docs/errors.md', ['InviteWorkflow']);
    const { refused, failed, cause } = await page.run('invite', t.orchestrator);
    expect(refused).toBeInstanceOf(InputValidationError);
    expect(failed).toMatchObject({ status: 'failed' });
    expect(cause).toMatchObject({ code: 'USER', message: 'no server for ada@example.org' });
  });
});

describe('docs/audit.md', () => {
  it('tells the story, finds, exports and verifies', async () => {
    const { page, t } = await open('docs/audit.md', ['LetterWorkflow'], 'database');
    const { runId } = await t.run(page.get<WorkflowClass>('LetterWorkflow'), 'Grace');
    await t.approve(runId, { by: { id: 'ada', roles: ['editor'] }, reason: 'fine' });
    const { told, people, lines, report } = await page.run('story', t.audit, runId);
    expect(told).toContain('person ada: review decided: approve (fine)');
    expect(people).toMatchObject([{ type: 'review.decided', actor: { kind: 'person', id: 'ada' } }]);
    expect(lines).toHaveLength((told as string[]).length);
    expect(report).toMatchObject({ ok: true, runs: 1, records: (told as string[]).length, problems: [] });
  });
});

describe('docs/events-and-triggers.md', () => {
  it('streams what happens, and tells the host', async () => {
    const { page, t } = await open(
      'docs/events-and-triggers.md',
      ['PackWorkflow', 'PackedNotice'],
      'memory',
      {
        imports: [EventEmitterModule.forRoot()],
      },
    );
    const { types } = await page.run<{ types: string[] }>('watch', t.orchestrator);
    const passing = ['step.started', 'step.progress'];
    expect(types.filter((type) => passing.includes(type))).toEqual(passing);
    expect(types.filter((type) => !passing.includes(type))).toEqual([
      'run.created',
      'run.started',
      'step.completed',
      'run.completed',
    ]);
    const notice = t.module.get<{ heard: string[] }>(page.get('PackedNotice'));
    expect(notice.heard).toEqual(['packed A-1']);
  });

  it('tells the state of a run, and lists the workers', async () => {
    const { page, t } = await open('docs/events-and-triggers.md', ['PackWorkflow'], 'memory', {
      imports: [EventEmitterModule.forRoot()],
    });
    const handle = await t.orchestrator.start('pack', 'A-1');
    await handle.result();
    expect(await page.run('look', t.orchestrator, handle.id)).toEqual({
      waits: [],
      attempts: [{ step: 'pack', outcome: 'completed', duration: expect.any(Number) }],
      running: 1,
    });
  });

  it('watches turns, attempts, calls and commits', async () => {
    const Timings = (await loadPage('docs/events-and-triggers.md')).get<
      new () => Instrumentation & { readonly taken: readonly { readonly what: string }[] }
    >('Timings');
    const instrumentation = new Timings();
    const { t } = await open(
      'docs/events-and-triggers.md',
      ['PackWorkflow'],
      'memory',
      {
        imports: [EventEmitterModule.forRoot()],
      },
      { instrumentation },
    );
    await (await t.orchestrator.start('pack', 'A-1')).result();
    const seen = new Set(instrumentation.taken.map(({ what }) => what));
    expect([...seen].toSorted()).toEqual(['attempt', 'call pack', 'commit', 'turn']);
  });

  it('starts a run at an event of the host', async () => {
    const { page, t } = await open(
      'docs/events-and-triggers.md',
      ['PackWorkflow', 'PackedNotice'],
      'memory',
      {
        imports: [EventEmitterModule.forRoot()],
      },
    );
    const packed = firstValueFrom(
      fromEvent(t.module.get(EventEmitter2), 'orchestration.run.completed').pipe(timeout(5000)),
    );
    t.module.get(EventEmitter2).emit('order.created', { id: 'B-2' });
    await packed;
    expect(t.module.get<{ heard: string[] }>(page.get('PackedNotice')).heard).toEqual(['packed B-2']);
    expect((await t.orchestrator.find()).items).toMatchObject([{ principal: { id: 'shop' } }]);
  });
});

describe('docs/http.md', () => {
  it('knows the caller, and answers errors with their status', async () => {
    const page = await loadPage('docs/http.md');
    const { t } = await open('docs/http.md', [], 'memory', { imports: [page.get('PostsModule')] });
    const app: INestApplication = t.module.createNestApplication();
    await app.init();
    const { refused, started, invalid } = await page.run('talk', app);
    expect(refused).toMatchObject({ status: 403, body: { code: 'ACCESS_DENIED' } });
    expect(started).toMatchObject({ status: 201, body: { status: 'waiting' } });
    expect(invalid).toMatchObject({ status: 400, body: { code: 'INPUT_VALIDATION' } });
    await app.close();
  });

  it('says how healthy it is', async () => {
    const { page, t } = await open('docs/http.md', ['PublishWorkflow'], 'database');
    const indicator = t.module.get(OrchestrationHealthIndicator);
    expect((await page.run('health', indicator))['healthy']).toEqual({
      orchestration: { status: 'up', database: 'up' },
    });
  });
});

describe('docs/testing.md', () => {
  it('plays time, people and models', async () => {
    const page = await loadPage('docs/testing.md');
    const { approved, expired, result, history, calls } = await page.run('news');
    expect(approved).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'timer' }] });
    expect(result).toMatchObject({ output: 'published: Rain.' });
    expect(expired).toMatchObject({ output: 'published: Rain.' });
    expect(history).toContain('step.completed publish');
    expect(calls).toBe(3);
  });
});

describe('docs/testing.md, further down', () => {
  it('fails on what is not in the cassette', async () => {
    const page = await loadPage('docs/testing.md');
    const directory = await mkdtemp(join(tmpdir(), 'cassette-'));
    const file = join(directory, 'news.json');
    await writeFile(file, '{"format":1,"entries":[]}');
    const module = await Test.createTestingModule({
      imports: [
        OrchestrationTestingModule.forRoot({
          models: { providers: [new ScriptedModel()], default: 'scripted/a' },
        }),
      ],
      providers: [page.get<Provider>('NewsWorkflow')],
    }).compile();
    const { failed } = await page.run('cassette', module, file);
    await rm(directory, { recursive: true });
    expect(failed).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining(`this request is not in ${file}`) },
    });
  });
});

describe('docs/persistence.md', () => {
  it('boots on a database with its tables', async () => {
    const page = await loadPage('docs/persistence.md');
    const database = await openTestDatabase();
    const before = process.env['DATABASE_URL'];
    if (database.url !== undefined) process.env['DATABASE_URL'] = database.url;
    const { result, tables } = await page.run('boot');
    if (before !== undefined) process.env['DATABASE_URL'] = before;
    await database.close();
    expect(result).toMatchObject({ output: 'hello you' });
    expect(tables).toHaveLength(24);
  });
});

describe('docs/hosts.md', () => {
  it('runs the greeting', async () => {
    const { result } = await (await loadPage('docs/hosts.md')).run('boot');
    expect(result).toMatchObject({ output: 'hello you' });
  });
});

describe('docs/production.md', () => {
  it('runs on a data source of its own', async () => {
    const page = await loadPage('docs/production.md');
    const database = await openTestDatabase();
    const { result } = await page.run('boot', database.options);
    await database.close();
    expect(result).toMatchObject({ output: 'hello you' });
  });
});

describe('docs/definition-changes.md', () => {
  it('goes on with the new definition', async () => {
    const database = await openTestDatabase();
    const { page, t } = await open('docs/definition-changes.md', ['ParcelWorkflow'], 'database', {
      database,
    });
    const { runId } = await t.run(page.get<WorkflowClass>('ParcelWorkflow'), 'A-1');
    await host?.close();
    const next = await open('docs/definition-changes.md', ['ParcelWithLabelWorkflow'], 'database', {
      database,
    });
    const { result } = await page.run('deployed', next.t, runId);
    expect(result).toMatchObject({ output: 'packed A-1, shipped, labelled' });
    await host?.close();
    host = undefined;
    await database.close();
  });
});
