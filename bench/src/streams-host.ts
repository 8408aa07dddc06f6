import 'reflect-metadata';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Get, Module, Post, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  Agent,
  AgentService,
  type ModelAnswer,
  type ModelDelta,
  ModelProvider,
  OrchestrationModule,
  orchestrationEntities,
  orchestrationMigrations,
  type ProviderEmbeddings,
} from 'nestjs-nestor';
import { type HttpResponse, pipeUIMessageStream } from 'nestjs-nestor/ui';

/** What the server tells of a measurement. */
export interface HostFigures {
  /** Delay of the event loop, in milliseconds. */
  readonly delay: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Most megabytes above those at its beginning. */
  readonly heap: number;
  readonly resident: number;
}

/** Pieces of an answer, and milliseconds between them: as quick as a quick model. */
export const answer = { pieces: 100, between: 50 } as const;
const piece = 'word '.repeat(2);

class SteadyModel extends ModelProvider {
  readonly name = 'steady';

  async generate(): Promise<ModelAnswer> {
    await pause(answer.pieces * answer.between);
    return whole;
  }

  async *stream(): AsyncIterable<ModelDelta> {
    for (let number = 0; number < answer.pieces; number++) {
      await pause(answer.between);
      yield { type: 'text', text: piece };
    }
    yield { type: 'end', answer: whole };
  }

  embed(): Promise<ProviderEmbeddings> {
    return Promise.reject(new Error('it has no vectors'));
  }
}

const whole: ModelAnswer = {
  text: piece.repeat(answer.pieces),
  toolCalls: [],
  finishReason: 'stop',
  usage: { inputTokens: 10, outputTokens: answer.pieces },
};

@Agent({ instructions: 'You tell.' })
class TellingAgent {}

const delays = monitorEventLoopDelay({ resolution: 5 });
let most = { heap: 0, resident: 0 };
let least = { heap: 0, resident: 0 };

@Controller()
class StreamsController {
  constructor(private readonly agents: AgentService) {}

  @Post('tell')
  async tell(@Res() response: HttpResponse): Promise<void> {
    await pipeUIMessageStream(await this.agents.stream(TellingAgent, 'tell'), response);
  }

  @Post('begin')
  begin(): void {
    globalThis.gc?.();
    least = most = memory();
    delays.reset();
  }

  @Get('figures')
  figures(): HostFigures {
    return {
      delay: { p50: ms(delays.percentile(50)), p99: ms(delays.percentile(99)), max: ms(delays.max) },
      heap: most.heap - least.heap,
      resident: most.resident - least.resident,
    };
  }
}

function ms(nanoseconds: number): number {
  return nanoseconds / 1e6;
}

function memory() {
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed / 1e6, resident: rss / 1e6 };
}

async function main(url: string): Promise<void> {
  @Module({
    imports: [
      TypeOrmModule.forRoot({
        type: 'postgres',
        url,
        entities: [...orchestrationEntities],
        migrations: [...orchestrationMigrations],
        migrationsRun: true,
      }),
      OrchestrationModule.forRoot({
        concurrency: 2_000,
        models: { providers: [new SteadyModel()], default: 'steady/words' },
      }),
    ],
    controllers: [StreamsController],
    providers: [TellingAgent],
  })
  class StreamsModule {}
  const app = await NestFactory.create(StreamsModule, { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  delays.enable();
  setInterval(() => {
    const { heap, resident } = memory();
    most = { heap: Math.max(most.heap, heap), resident: Math.max(most.resident, resident) };
  }, 50).unref();
  process.send?.(await app.getUrl());
}

process.once('message', (url) => {
  // The parent is the program beside this one.
  main(url as string).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  });
});
