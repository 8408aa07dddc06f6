import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Annotation, END, interrupt, MemorySaver, Send, START, StateGraph } from '@langchain/langgraph';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import { type Engine, type EngineOptions, shape } from '../engine.js';
import { versionOf } from './version.js';

const State = Annotation.Root({ value: Annotation<string> });
const FanState = Annotation.Root({
  value: Annotation<string>,
  results: Annotation<string[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
});
type Saver = PostgresSaver | MemorySaver;

const stepNames = Array.from({ length: shape.steps }, (_, index) => `step${index + 1}`);

/** A chain of nodes, each a super-step with a checkpoint of its own. */
function chain(saver: Saver, act: (value: string, step: number) => Promise<string> | string) {
  // The builder's type grows with each node; a loop can't follow it.
  let graph = new StateGraph(State) as unknown as {
    addNode(name: string, node: (state: { value: string }) => unknown): typeof graph;
    addEdge(from: string, to: string): typeof graph;
    compile(options: { checkpointer: Saver }): Compiled;
  };
  stepNames.forEach((name, index) => {
    graph = graph.addNode(name, async ({ value }) => ({ value: await act(value, index + 1) }));
  });
  graph = graph.addEdge(START, 'step1');
  for (let index = 1; index < stepNames.length; index++)
    graph = graph.addEdge(`step${index}`, `step${index + 1}`);
  return graph.addEdge(`step${shape.steps}`, END).compile({ checkpointer: saver });
}

interface Compiled {
  invoke(input: unknown, config: unknown): Promise<unknown>;
}

function fan(saver: Saver) {
  return new StateGraph(FanState)
    .addNode('split', ({ value }) => ({ value }))
    .addNode('each', ({ value }: { value: string }) => ({ results: [value] }))
    .addNode('join', ({ results }) => ({ value: String(results.length) }))
    .addEdge(START, 'split')
    .addConditionalEdges('split', ({ value }) =>
      Array.from({ length: shape.width }, (_, index) => new Send('each', { value: `${value}${index}` })),
    )
    .addEdge('each', 'join')
    .addEdge('join', END)
    .compile({ checkpointer: saver });
}

function waiting(saver: Saver) {
  return new StateGraph(State)
    .addNode('before', ({ value }) => ({ value }))
    .addNode('after', () => ({ value: interrupt('go') as string }))
    .addEdge(START, 'before')
    .addEdge('before', 'after')
    .addEdge('after', END)
    .compile({ checkpointer: saver });
}

/** The Postgres checkpointer, with `durability: 'sync'`: each checkpoint is on disk before the next step starts. */
class LangGraphEngine implements Engine {
  readonly name = `LangGraph.js ${versionOf('@langchain/langgraph')}`;
  private readonly saver: Saver;
  private readonly sequential: Compiled;
  private readonly fan: ReturnType<typeof fan>;
  private readonly waiting: ReturnType<typeof waiting>;
  private readonly recoverable: Compiled;

  constructor({ url, effect }: EngineOptions) {
    this.saver = url === undefined ? new MemorySaver() : PostgresSaver.fromConnString(url);
    this.sequential = chain(this.saver, (value) => value);
    this.fan = fan(this.saver);
    this.waiting = waiting(this.saver);
    this.recoverable = chain(this.saver, async (run, step) => {
      await effect(run, step);
      await pause(shape.slowStep);
      return run;
    });
  }

  async open(): Promise<void> {
    if (this.saver instanceof PostgresSaver) await this.saver.setup();
  }

  async runSequential(): Promise<void> {
    await this.sequential.invoke({ value: shape.payload }, config());
  }

  async runMany(runs: number): Promise<void> {
    await Promise.all(Array.from({ length: runs }, () => this.runSequential()));
  }

  async fanOut(): Promise<void> {
    const { value } = await this.fan.invoke({ value: shape.payload }, config());
    if (value !== String(shape.width)) throw new Error(`${value} parallel steps instead of ${shape.width}`);
  }

  async park(runs: number): Promise<void> {
    for (let at = 0; at < runs; at += 200) {
      const batch = Math.min(200, runs - at);
      await Promise.all(
        Array.from({ length: batch }, () => this.waiting.invoke({ value: shape.payload }, config())),
      );
    }
  }

  async begin(ids: readonly string[]): Promise<void> {
    for (const id of ids) void this.recoverable.invoke({ value: id }, config(id));
  }

  /** The caller keeps the list of what was going on; `null` as input continues from the last checkpoint. */
  async recover(ids: readonly string[]): Promise<void> {
    await Promise.all(
      ids.map(async (id) => {
        const known = await this.saver.getTuple({ configurable: { thread_id: id } });
        await this.recoverable.invoke(known ? null : { value: id }, config(id));
      }),
    );
  }

  async close(): Promise<void> {
    if (this.saver instanceof PostgresSaver) await this.saver.end();
  }
}

function config(thread: string = randomUUID()) {
  return { configurable: { thread_id: thread }, durability: 'sync' as const };
}

export function create(options: EngineOptions): Engine {
  return new LangGraphEngine(options);
}
