import 'reflect-metadata';
import { Body, Controller, Get, Injectable, Module, Param, Post } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IsString, MinLength } from 'class-validator';
import {
  AuditService,
  From,
  Input,
  orchestrationEntities,
  OrchestrationExceptionFilter,
  orchestrationMigrations,
  OrchestrationModule,
  Orchestrator,
  Step,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { embeddedPostgres } from 'nestjs-nestor/embedded';
import { maxLength } from 'nestjs-nestor/guardrails';

/**
 * A backend as a user writes it. The package test compiles it twice, as an ES module and as CommonJS, and runs it as
 * `host.js express|fastify memory|embedded`: it serves one workflow, calls it through HTTP, and ends by itself.
 */
class NoteDto {
  @IsString()
  @MinLength(3)
  text!: string;
}

@Injectable()
class Catalogue {
  @Tool({ description: 'Looks up what a word is filed under.', effect: 'none' })
  async topicOf(word: NoteDto): Promise<string> {
    return word.text.toUpperCase();
  }
}

@Workflow()
class DigestWorkflow {
  static readonly input = NoteDto;

  constructor(private readonly catalogue: Catalogue) {}

  @Step()
  async topic(@Input() note: NoteDto): Promise<string> {
    return this.catalogue.topicOf({ text: note.text });
  }

  @Step()
  title(@From('topic') topic: string, @Input() note: NoteDto): string {
    return `${topic} (${note.text.length})`;
  }
}

@Controller('digests')
class DigestController {
  constructor(
    private readonly orchestrator: Orchestrator,
    private readonly audit: AuditService,
  ) {}

  @Post()
  async digest(@Body() note: NoteDto) {
    const result = await this.orchestrator.run(DigestWorkflow, note);
    return { runId: result.runId, title: result.status === 'completed' ? result.output : undefined };
  }

  @Get(':id/audit')
  async verified(@Param('id') id: string) {
    return { ok: (await this.audit.verify(id)).ok };
  }
}

function appModule(store: string) {
  const database = TypeOrmModule.forRoot({
    ...embeddedPostgres(),
    entities: [...orchestrationEntities],
    migrations: [...orchestrationMigrations],
    migrationsRun: true,
  });
  const orchestration = OrchestrationModule.forRoot({
    persistence: store === 'memory' ? 'memory' : 'typeorm',
    guardrails: [maxLength({ at: 'run.input', limit: 1000 })],
  });
  @Module({
    imports: store === 'memory' ? [orchestration] : [database, orchestration],
    controllers: [DigestController],
    providers: [Catalogue, DigestWorkflow, { provide: APP_FILTER, useClass: OrchestrationExceptionFilter }],
  })
  class AppModule {}
  return AppModule;
}

async function main(platform: string, store: string): Promise<void> {
  const adapter = platform === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
  const app = await NestFactory.create(appModule(store), adapter, {
    logger: ['warn', 'error'],
    abortOnError: false,
  });
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  const post = (note: unknown) =>
    fetch(`${url}/digests`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(note),
    });
  const answer = (await (await post({ text: 'refund' })).json()) as { runId: string; title: string };
  expectEqual('the output of the run', answer.title, 'REFUND (6)');
  const { ok } = (await (await fetch(`${url}/digests/${answer.runId}/audit`)).json()) as { ok: boolean };
  expectEqual('the chain of records', ok, true);
  expectEqual('the status for a wrong input', (await post({ text: 'x' })).status, 400);
  await app.close();
}

function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected)
    throw new Error(`${what} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
}

const [platform = 'express', store = 'memory'] = process.argv.slice(2);
main(platform, store).then(
  () => process.stdout.write('served\n'),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
