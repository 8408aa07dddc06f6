import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import {
  AuditService,
  HumanReview,
  Input,
  ReviewService,
  SignalPayload,
  Step,
  Workflow,
} from 'nestjs-nestor';
import { describeOnServer, openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { until } from '../e2e/until.js';
import { type Machine, openMachine } from './machine.js';

type TypeId = Parameters<typeof pg.types.getTypeParser>[0];

@Workflow({ result: 'hear' })
class AskingWorkflow {
  @Step() @HumanReview({ roles: ['editor'], timeout: '1h' }) write(@Input() text: string) {
    return { text, at: 1.5, list: ['a'], by: null };
  }
  @Step({ waitFor: 'word', after: 'write' }) hear(@SignalPayload() word: { count: number }) {
    return word.count + 1;
  }
}

const editor = { by: { id: 'ada', roles: ['editor'] } };

/** Two runs from start to end, by every kind of statement: claims, reviews, messages, pages, the audit. */
async function twoLives(options: DataSourceOptions, between: () => Promise<unknown> = async () => undefined) {
  const machine = await openMachine(options, [AskingWorkflow]);
  try {
    await life(machine);
    await between();
    await life(machine);
  } finally {
    await machine.close();
  }
}

async function life(machine: Machine) {
  const { runId } = await machine.orchestrator.run(AskingWorkflow, 'text');
  const handle = machine.orchestrator.handle(runId);
  const reviews = machine.get(ReviewService);
  const [review] = (await reviews.list({ runId, decidableBy: editor.by })).items;
  expect(review).toMatchObject({ roles: ['editor'], quorum: 1, expiresAt: expect.any(Date) });
  await reviews.comment(review?.id ?? '', 'well', editor);
  await reviews.approve(review?.id ?? '', editor);
  await until('the wait for the word', async () => (await handle.status()) === 'waiting');
  await handle.signal('word', { count: 41 });
  expect(await handle.result()).toMatchObject({ status: 'completed', output: 42 });
  const { items: runs } = await machine.orchestrator.find({ workflow: 'asking' });
  const run = { id: runId, tags: [], createdAt: expect.any(Date), seq: expect.any(Number) };
  expect(runs[0]).toMatchObject(run);
  const audit = machine.get(AuditService);
  expect(await audit.verify(runId)).toMatchObject({ ok: true });
  expect((await audit.find({ runId })).items.at(-1)).toMatchObject({ type: 'run.completed' });
}

/** Types whose values a host may want in another form. */
const types = { bool: 16, bytea: 17, int8: 20, int4: 23, json: 114, float8: 701, text_array: 1009 } as const;
const more = {
  numeric: 1700,
  timestamptz: 1184,
  jsonb: 3802,
  uuid_array: 2951,
  varchar_array: 1015,
} as const;
// The type of the driver knows no arrays.
const all = Object.values({ ...types, ...more }) as TypeId[];
const usual = all.map((type) => [type, pg.types.getTypeParser(type)] as const);

describe('a host that has the driver of the whole process read values its own way', () => {
  afterEach(() => {
    for (const [type, parse] of usual) pg.types.setTypeParser(type, parse);
  });

  it.each([
    ['everything as text', () => all.forEach((type) => pg.types.setTypeParser(type, (text: string) => text))],
    [
      'times as numbers, integers as BigInt, JSON with a reviver',
      () => {
        pg.types.setTypeParser(1184, (text: string) => Date.parse(text));
        pg.types.setTypeParser(20, BigInt);
        pg.types.setTypeParser(23, (text: string) => BigInt(text) as never);
        pg.types.setTypeParser(114, (text: string) => ({ read: JSON.parse(text) as unknown }));
        pg.types.setTypeParser(1009 as TypeId, () => []);
      },
    ],
  ])('has its runs driven all the same: %s', async (_, change) => {
    const database = await openTestDatabase();
    change();
    try {
      await twoLives({ ...database.options, migrations: [] });
    } finally {
      await database.close();
    }
  });
});

describeOnServer('a host on a server', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  it('has its reviews decided though its replica knows nothing of them yet', async () => {
    const replica = await openTestDatabase();
    const { url: _, ...rest } = database.options as unknown as { url: string };
    const replication = { master: { url: database.url }, slaves: [{ url: replica.url }] };
    try {
      // `rest` and `replication` together are options of PostgreSQL, which the union can't see.
      await twoLives({ ...rest, replication } as unknown as DataSourceOptions);
    } finally {
      await replica.close();
    }
  });

  it('goes on when the next release adds columns to each table', async () => {
    const own = await openTestDatabase();
    try {
      const options = { ...own.options, extra: { max: 1 } } as DataSourceOptions;
      await twoLives(options, async () => {
        for (const table of ['run', 'audit_record', 'review', 'inbox', 'worker'])
          await own.dataSource.query(
            `ALTER TABLE orchestration_${table} ADD COLUMN of_the_next_release text`,
          );
      });
    } finally {
      await own.close();
    }
  });

  it('has sessions with a time zone and a form of bytes of their own', async () => {
    const own = await openTestDatabase();
    try {
      const options = `-c timezone=Asia/Kolkata -c bytea_output=escape`;
      await twoLives({ ...own.options, extra: { options } } as DataSourceOptions);
    } finally {
      await own.close();
    }
  });
});
