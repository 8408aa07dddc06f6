import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TimelineEntry } from 'nestjs-nestor';
import { found, until } from '../e2e/until.js';
import { compileLibrary } from './compile-library.js';

const headers = { authorization: 'Bearer portal-token', 'content-type': 'application/json' };

interface View {
  readonly runId: string;
  readonly status: string;
}

/** Milliseconds after which what never comes is given up. */
const patience = 60_000;

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
    // A model that takes its time, as real ones do: without it the ticket would be done before anybody could look.
    await serve({ OFFLINE_MODEL_DELAY: '700' });
    const ticket = await readFile(
      join(import.meta.dirname, '../../sample-app/data/tickets/1001-locked-out.json'),
      'utf8',
    );
    const { runId } = await ask<View>('/tickets', { method: 'POST', body: ticket });
    const before = await found(
      'two steps are completed',
      async () => {
        const steps = completed(await timeline(runId));
        return steps.length >= 2 && steps;
      },
      patience,
    );
    expect(before).not.toContain('send');
    child?.kill('SIGKILL');
    if (child) await once(child, 'exit');
    await serve({});
    const status = await found(
      'the run has ended',
      async () => {
        const view = await ask<View>(`/runs/${runId}`);
        return ['completed', 'failed'].includes(view.status) && view.status;
      },
      patience,
    );
    expect(status).toBe('completed');
    const after = completed(await timeline(runId));
    expect(after.slice(0, before.length)).toEqual(before);
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
    const answers = () =>
      fetch(`${url}/docs-json`).then(
        ({ ok }) => ok,
        () => false,
      );
    await until('the application answers', answers, patience);
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

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
