import { expect, it } from '@jest/globals';
import { compileLibrary } from '../processes/compile-library.js';
import { dispatchers, Environment } from './environment.js';
import { inWords, killsIn, runsIn } from './report.js';

// No spec by its name: `npm run chaos -- --minutes N [--dispatcher in-process|bullmq] [--pooled]` runs it.
const minutes = Number(process.env['CHAOS_MINUTES'] ?? '5');
const wanted = process.env['CHAOS_DISPATCHER'] ?? dispatchers.join(',');
const chosen = dispatchers.filter((dispatcher) => wanted.split(',').includes(dispatcher));
/** Of each, so that nobody takes a scenario for a proof in which little has happened. */
const least = { runsAMinute: 45, killsAMinute: 17 };

it.each(chosen)(
  'keeps every promise for long (%s)',
  async (dispatcher) => {
    const environment = await Environment.withServers(
      await compileLibrary(['test/chaos']),
      60_000,
      dispatcher,
      process.env['CHAOS_POOLED'] === 'true',
    );
    const share = minutes / chosen.length;
    try {
      await environment.workers.start(4);
      const report = await environment.run({
        duration: share * 60_000,
        atOnce: 30,
        faultEvery: 800,
        peace: 180_000,
      });
      process.stdout.write(`${dispatcher}, ${share} minutes\n${inWords(report)}`);
      expect(report.violations).toEqual([]);
      expect(runsIn(report)).toBeGreaterThanOrEqual(least.runsAMinute * share);
      expect(killsIn(report)).toBeGreaterThanOrEqual(least.killsAMinute * share);
    } finally {
      await environment.close();
    }
  },
  minutes * 60_000 + 400_000,
);
