import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TimelineEntry } from 'nestjs-nestor';
import { compileLibrary } from './compile-library.js';

const headers = { authorization: 'Bearer portal-token', 'content-type': 'application/json' };

interface View {
  readonly runId: string;
  readonly status: string;
}

describe('the sample application, killed with -9 in the middle of a ticket', () => {
  let program: string;
  let folder: string;
  let url: string;
  let child: ChildProcess | undefined;

  beforeAll(async () => {
    program = join(await compileLibrary(), 'sample-app/main.js');
    folder = await mkdtemp(join(tmpdir(), 'nestor-sample-'));
    url = `http://127.0.0.1:${await freePort()}`;
  }, 60_000);

  afterAll(async () => {
    child?.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  it('finishes the ticket when it is started again, and repeats no completed step', async () => {
    await serve({ OFFLINE_MODEL_DELAY: '700' });
    const ticket = await readFile(
      join(import.meta.dirname, '../../sample-app/data/tickets/1001-locked-out.json'),
      'utf8',
    );
    const { runId } = await ask<View>('/tickets', { method: 'POST', body: ticket });
    const before = await until(
      () => timeline(runId),
      (entries) => completed(entries).length >= 2,
    );
    child?.kill('SIGKILL');
    await serve({});
    const { status } = await until(
      () => ask<View>(`/runs/${runId}`),
      (run) => run.status === 'completed' || run.status === 'failed',
    );
    expect(status).toBe('completed');
    const after = completed(await timeline(runId));
    expect(after.slice(0, completed(before).length)).toEqual(completed(before));
    expect(new Set(after).size).toBe(after.length);
    expect(after).toContain('send');
  }, 120_000);

  async function serve(settings: Record<string, string>): Promise<void> {
    const keys = { OPENAI_API_KEY: '', ANTHROPIC_API_KEY: '', DATABASE_URL: '', NODE_OPTIONS: '' };
    const port = new URL(url).port;
    child = spawn(process.execPath, [program], {
      cwd: folder,
      env: { ...without(process.env, Object.keys(keys)), PORT: port, ...settings },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await until(
      () =>
        fetch(`${url}/docs-json`).then(
          ({ ok }) => ok,
          () => false,
        ),
      (ok) => ok,
    );
  }

  async function timeline(runId: string): Promise<readonly TimelineEntry[]> {
    return (await ask<{ timeline: TimelineEntry[] }>(`/runs/${runId}/timeline`)).timeline;
  }

  async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
    const response = await fetch(`${url}${path}`, { ...init, headers });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
});

function completed(entries: readonly TimelineEntry[]): string[] {
  return entries.flatMap(({ type, where }) =>
    type === 'step.completed' && where !== undefined ? [where] : [],
  );
}

function without(environment: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)));
}

/** Looks every now and then until what is seen is enough; the test's own timeout bounds it. */
async function until<T>(look: () => Promise<T>, isEnough: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look();
    if (isEnough(seen)) return seen;
    await pause(50);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
