import 'reflect-metadata';
import { setTimeout } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Input, Orchestrator, OrchestrationModule, Step, Workflow } from 'nestjs-nestor';
import {
  type Document,
  InjectKnowledgeBase,
  KnowledgeBase,
  KnowledgeBaseModule,
  ngramEmbeddings,
} from 'nestjs-nestor/retrieval';
import pg from 'pg';
import { hostDatabase } from './host-database.js';

// A program of its own: brings documents into a knowledge base, in a run, says when it writes chunks, and ends when all are there.
const { DOCUMENTS = '1', EDITION = '1' } = process.env;

/** Several chunks each, and some of them only one. */
function* documents(count: number, edition: string): Generator<Document> {
  for (let index = 0; index < count; index += 1) {
    const sections = Array.from(
      { length: 1 + (index % 5) },
      (_, section) => `## Section ${section}\n\nEdition ${edition} of number ${index}, about ${section}.`,
    );
    yield { uri: `document-${index}`, text: `# Document ${index}\n\n${sections.join('\n\n')}` };
  }
}

/** Says so before chunks are written, and waits a moment: their documents are written then, in the same transaction. */
function tellWrites(): void {
  const send = pg.Client.prototype.query as (this: unknown, ...given: unknown[]) => Promise<unknown>;
  let writes = 0;
  const told = async function (this: unknown, ...given: unknown[]) {
    process.stdout.write(`writes ${(writes += 1)};\n`);
    await setTimeout(30);
    return send.apply(this, given);
  };
  pg.Client.prototype.query = function (this: unknown, ...given: unknown[]) {
    const { text = '' } = given[0] as { text?: string };
    return /INSERT INTO \S*"orchestration_chunk" /.test(text)
      ? told.apply(this, given)
      : send.apply(this, given);
  } as typeof pg.Client.prototype.query;
}

@Workflow()
class IngestWorkflow {
  constructor(@InjectKnowledgeBase('articles') private readonly articles: KnowledgeBase) {}

  @Step({ idleTimeout: '1m' })
  async ingest(@Input() { count, edition }: { count: number; edition: string }) {
    return this.articles.ingest(documents(count, edition));
  }
}

@Module({
  imports: [
    hostDatabase(),
    OrchestrationModule.forRoot({ models: { providers: [ngramEmbeddings()], default: 'ngram/64' } }),
    KnowledgeBaseModule.forFeature('articles', { embedding: { model: 'ngram/64' } }),
  ],
  providers: [IngestWorkflow],
})
class IngestModule {}

tellWrites();
const app = await NestFactory.createApplicationContext(IngestModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
const handle = await app
  .get(Orchestrator)
  .start(
    IngestWorkflow,
    { count: Number(DOCUMENTS), edition: EDITION },
    { idempotencyKey: `edition ${EDITION}` },
  );
const result = await handle.result();
process.stdout.write(`${JSON.stringify(result)}\n`);
await app.close();
