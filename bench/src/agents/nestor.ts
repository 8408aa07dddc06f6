import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  Agent,
  HumanReview,
  maxTurns,
  migrate,
  type ModelAnswer,
  type ModelDelta,
  type ModelEmbeddings,
  ModelProvider,
  type ModelRequest,
  OrchestrationModule,
  Orchestrator,
  orchestrationEntities,
  orchestrationMigrations,
  ReviewService,
  Tool,
} from 'nestjs-nestor';
import { DataSource } from 'typeorm';
import { versionOf } from '../engines/version.js';
import { type AgentContender, nextCalls, payload, promptOf, type Task } from './contender.js';

class InstantModel extends ModelProvider {
  readonly name = 'instant';

  generate({ messages }: ModelRequest): Promise<ModelAnswer> {
    const prompt = String(messages.find(({ role }) => role === 'user')?.content);
    const said = messages.filter(({ role }) => role === 'assistant').length;
    const toolCalls = nextCalls(prompt, said).map((name, index) => {
      const args = { id: `${said}.${index}` };
      return { id: `c${said}_${index}`, name, arguments: args, raw: JSON.stringify(args) };
    });
    return Promise.resolve({
      text: toolCalls.length > 0 ? '' : 'done',
      toolCalls,
      finishReason: toolCalls.length > 0 ? 'tool-calls' : 'stop',
      usage: { inputTokens: 10, outputTokens: 10 },
    });
  }

  async *stream(request: ModelRequest): AsyncIterable<ModelDelta> {
    yield { type: 'end', answer: await this.generate(request) };
  }

  embed(): Promise<ModelEmbeddings> {
    return Promise.reject(new Error('not measured'));
  }

  override price = () => ({ inputPerMillion: 0, outputPerMillion: 0 });
}

class Query {
  readonly id!: string;
}

@Agent({ name: 'bench', instructions: 'You look.', model: 'instant/a', stopWhen: maxTurns(1_000) })
class BenchAgent {
  @Tool({ description: 'Looks', effect: 'none' })
  async look(_: Query): Promise<string> {
    return payload;
  }

  @Tool({ description: 'Pays', effect: 'irreversible' })
  @HumanReview({})
  async pay(_: Query): Promise<string> {
    return payload;
  }
}

/** Runs of an agent, as an application starts them. */
class NestorAgent implements AgentContender {
  readonly name = `Nestor ${versionOf('nestjs-nestor')}`;
  private app: INestApplicationContext | undefined;

  constructor(private readonly url: string | undefined) {}

  async open(): Promise<void> {
    const { url } = this;
    const models = { providers: [new InstantModel()] };
    const database =
      url === undefined
        ? []
        : [
            TypeOrmModule.forRootAsync({
              useFactory: () => ({
                type: 'postgres' as const,
                url,
                entities: [...orchestrationEntities],
                migrations: [...orchestrationMigrations],
                poolSize: 10,
              }),
              dataSourceFactory: async (options) => {
                if (!options) throw new Error('no options');
                const source = await new DataSource(options).initialize();
                await migrate(source);
                return source;
              },
            }),
          ];

    @Module({
      imports: [
        ...database,
        OrchestrationModule.forRoot({ models, ...(url === undefined ? { persistence: 'memory' } : {}) }),
      ],
      providers: [BenchAgent],
    })
    class App {}
    this.app = await NestFactory.createApplicationContext(App, { logger: ['error'] });
  }

  async run(task: Task): Promise<void> {
    const result = await this.orchestrator.run(BenchAgent, promptOf(task));
    if (result.status !== 'completed') throw new Error(`it is ${result.status}`);
  }

  async park(turns: number): Promise<string> {
    const result = await this.orchestrator.run(BenchAgent, promptOf({ turns, calls: 1, asks: true }));
    if (result.status !== 'waiting') throw new Error(`it is ${result.status}`);
    return result.runId;
  }

  async resume(id: string): Promise<void> {
    const reviews = this.get(ReviewService);
    const { items } = await reviews.list({ runId: id });
    const [review] = items;
    if (!review) throw new Error('nobody is asked');
    await reviews.approve(review.id, { by: { id: 'lead', roles: [] }, proposedHash: review.proposedHash });
    await this.orchestrator.handle(id).result();
  }

  async close(): Promise<void> {
    await this.app?.close();
  }

  private get orchestrator(): Orchestrator {
    return this.get(Orchestrator);
  }

  private get<T>(type: abstract new (...args: never[]) => T): T {
    if (!this.app) throw new Error('it is not open');
    return this.app.get<T>(type as never);
  }
}

export const create = (url: string | undefined): AgentContender => new NestorAgent(url);
