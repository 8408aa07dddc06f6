import { setTimeout as pause } from 'node:timers/promises';
import { Mastra } from '@mastra/core';
import { InMemoryStore } from '@mastra/core/storage';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { PostgresStore } from '@mastra/pg';
import { z } from 'zod';
import { type Engine, type EngineOptions, shape } from '../engine.js';
import { versionOf } from './version.js';

const text = z.string();
type Act = (value: string, step: number) => Promise<string>;

function chain(id: string, act: Act) {
  const step = (number: number) =>
    createStep({
      id: `step${number}`,
      inputSchema: text,
      outputSchema: text,
      execute: ({ inputData }) => act(inputData, number),
    });
  let workflow = createWorkflow({ id, inputSchema: text, outputSchema: text });
  for (let number = 1; number <= shape.steps; number++)
    // Each `then` gives another type; here they all hand on a string.
    workflow = workflow.then(step(number)) as unknown as typeof workflow;
  return workflow.commit();
}

function fan() {
  const split = createStep({
    id: 'split',
    inputSchema: text,
    outputSchema: z.array(text),
    execute: async ({ inputData }) =>
      Array.from({ length: shape.width }, (_, index) => `${inputData}${index}`),
  });
  const each = createStep({
    id: 'each',
    inputSchema: text,
    outputSchema: text,
    execute: async ({ inputData }) => inputData,
  });
  const join = createStep({
    id: 'join',
    inputSchema: z.array(text),
    outputSchema: z.number(),
    execute: async ({ inputData }) => inputData.length,
  });
  return createWorkflow({ id: 'fan-out', inputSchema: text, outputSchema: z.number() })
    .then(split)
    .foreach(each, { concurrency: shape.width })
    .then(join)
    .commit();
}

function waiting() {
  const before = createStep({
    id: 'before',
    inputSchema: text,
    outputSchema: text,
    execute: async ({ inputData }) => inputData,
  });
  const after = createStep({
    id: 'after',
    inputSchema: text,
    outputSchema: text,
    resumeSchema: z.object({ value: text }),
    execute: async ({ resumeData, suspend }) => {
      if (!resumeData) return suspend({});
      return resumeData.value;
    },
  });
  return createWorkflow({ id: 'waiting', inputSchema: text, outputSchema: text })
    .then(before)
    .then(after)
    .commit();
}

/** Workflows of a `Mastra` instance with a store: a snapshot after every step, as is its default. */
class MastraEngine implements Engine {
  readonly name = `Mastra ${versionOf('@mastra/core')}`;
  private readonly store: PostgresStore | undefined;
  private readonly sequential = chain('sequential', async (value) => value);
  private readonly fan = fan();
  private readonly waiting = waiting();
  private readonly recoverable: ReturnType<typeof chain>;
  private readonly mastra: Mastra;

  constructor({ url, effect }: EngineOptions) {
    this.store = url === undefined ? undefined : new PostgresStore({ id: 'bench', connectionString: url });
    this.recoverable = chain('recoverable', async (run, step) => {
      await effect(run, step);
      await pause(shape.slowStep);
      return run;
    });
    const { sequential, recoverable } = this;
    this.mastra = new Mastra({
      storage: this.store ?? new InMemoryStore(),
      workflows: { sequential, recoverable, fan: this.fan, waiting: this.waiting },
      logger: false,
    });
  }

  async open(): Promise<void> {
    await this.store?.init();
  }

  async runSequential(): Promise<void> {
    const run = await this.sequential.createRun();
    expectSuccess(await run.start({ inputData: shape.payload }));
  }

  async runMany(runs: number): Promise<void> {
    await Promise.all(Array.from({ length: runs }, () => this.runSequential()));
  }

  async fanOut(): Promise<void> {
    const run = await this.fan.createRun();
    expectSuccess(await run.start({ inputData: shape.payload }));
  }

  async park(runs: number): Promise<void> {
    for (let at = 0; at < runs; at += 200) {
      const batch = Math.min(200, runs - at);
      await Promise.all(
        Array.from({ length: batch }, async () => {
          const run = await this.waiting.createRun();
          await run.start({ inputData: shape.payload });
        }),
      );
    }
  }

  async begin(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const run = await this.recoverable.createRun({ runId: id });
      void run.start({ inputData: id });
    }
  }

  async recover(): Promise<void> {
    await this.mastra.restartAllActiveWorkflowRuns();
  }

  async close(): Promise<void> {
    await this.mastra.shutdown();
    await this.store?.close();
  }
}

function expectSuccess({ status }: { readonly status: string }): void {
  if (status !== 'success') throw new Error(`a run ended as ${status}`);
}

export function create(options: EngineOptions): Engine {
  return new MastraEngine(options);
}
