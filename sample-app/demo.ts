import { NestFactory } from '@nestjs/core';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runDemo } from './demo/run-demo.js';
import { AppModule } from './app.module.js';

/** Longer than any demo should take; a hang is an error, not a riddle. */
const deadline = setTimeout(() => {
  process.stderr.write('The demo did not end within ten minutes.\n');
  process.exit(1);
}, 600_000);

const directory = await mkdtemp(join(tmpdir(), 'nestor-demo-'));
const app = await NestFactory.createApplicationContext(
  // Half of the tickets with each version of the prompt: the table at the end compares them.
  AppModule.with({ url: process.env['DATABASE_URL'], directory }, { '1': 50, '2': 50 }),
  {
    logger: ['warn', 'error'],
  },
);
try {
  process.exitCode = (await runDemo(app)) ? 0 : 1;
} finally {
  await app.close();
  await rm(directory, { recursive: true, force: true });
  clearTimeout(deadline);
}
