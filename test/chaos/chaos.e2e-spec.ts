import { afterEach, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { describeOnServer } from '../database/test-database.js';
import { compileLibrary } from '../processes/compile-library.js';
import { dispatchers, Environment } from './environment.js';
import { inWords, killsIn, runsIn } from './report.js';

// What lasts is `npm run chaos -- --minutes N`.
describeOnServer('worker processes under faults', () => {
  let compiled: string;
  let environment: Environment | undefined;

  beforeAll(async () => {
    compiled = await compileLibrary(['test/chaos']);
  }, 60_000);
  afterEach(() => environment?.close());

  it.each(dispatchers)(
    'keep every promise (%s)',
    async (dispatcher) => {
      environment = await Environment.withServers(compiled, 60_000, dispatcher);
      await environment.workers.start(3);
      const report = await environment.run({
        duration: 25_000,
        least: { runs: 5, kills: 5 },
        longest: 90_000,
        atOnce: 10,
        faultEvery: 500,
        peace: 100_000,
      });
      // The whole report, where something is wrong.
      expect({ ...report, violations: report.violations }).toMatchObject({ violations: [] });
      if (runsIn(report) < 5 || killsIn(report) < 5)
        throw new Error(`too little happened:\n${inWords(report)}`);
    },
    250_000,
  );

  /** Two workers, of which one is frozen in the middle of its runs until the other has taken them. */
  async function freezeOneOfTwo(settings: Readonly<Record<string, string>>): Promise<Environment> {
    environment = await Environment.open(compiled, 0, { ...settings, LONGEST_STEP: '3000' });
    const { workers } = environment;
    await workers.start(2);
    const [frozen] = workers.healthy;
    if (!frozen) throw new Error('nobody is there');
    await Promise.all(
      Array.from({ length: 12 }, (_, input) => frozen.ask({ do: 'start', key: `order ${input}`, input })),
    );
    // In the middle of at least half of them: wakes may be lost, and the other one may have been quicker.
    while ((await environment.executionsBy(frozen.pid)) < 6) await pause(10);
    await frozen.freeze(5_000);
    // The steps that it was in the middle of end now.
    await pause(3_000);
    await workers.stop();
    return environment;
  }

  const broken = async (of: Environment) => (await of.report()).violations;
  /** What a run that was cut off in its middle by the end of the test says of itself. */
  const unfinished = 'every run ends or waits for something nameable';

  it('are caught by the checker if nothing fences them', async () => {
    const found = await broken(await freezeOneOfTwo({ BROKEN_FENCE: 'yes' }));
    expect(found.map(({ invariant }) => invariant)).toContain(
      'one committed record per run, step, iteration and item',
    );
  }, 60_000);

  it('are not caught at anything in the same situation with the fence', async () => {
    const fenced = await freezeOneOfTwo({});
    expect((await fenced.report()).takeOvers).toBeGreaterThan(0);
    expect((await broken(fenced)).filter(({ invariant }) => invariant !== unfinished)).toEqual([]);
  }, 60_000);
});
