import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  Input,
  migrate,
  Orchestrator,
  orchestrationEntities,
  orchestrationMigrations,
  OrchestrationModule,
  Step,
  Workflow,
} from 'nestjs-nestor';
import { embeddedPostgres } from 'nestjs-nestor/embedded';
import {
  type Document,
  InjectKnowledgeBase,
  KnowledgeBase,
  KnowledgeBaseModule,
  ngramEmbeddings,
} from 'nestjs-nestor/retrieval';
import { DataSource, type DataSourceOptions } from 'typeorm';

// A program of its own: brings documents into a knowledge base, in a run, says how far it has come, and ends when all are there.
const { DATABASE_URL, DATA_DIRECTORY, DOCUMENTS = '1', EDITION = '1' } = process.env;

/** Several chunks each, and some of them only one. Says which one is asked for: those long before it are stored. */
function* documents(count: number, edition: string): Generator<Document> {
  for (let index = 0; index < count; index += 1) {
    process.stdout.write(`asked for ${index};\n`);
    const sections = Array.from(
      { length: 1 + (index % 5) },
      (_, section) => `## Section ${section}\n\nEdition ${edition} of number ${index}, about ${section}.`,
    );
    yield { uri: `document-${index}`, text: `# Document ${index}\n\n${sections.join('\n\n')}` };
  }
}

@Workflow()
class IngestWorkflow {
  constructor(@InjectKnowledgeBase('articles') private readonly articles: KnowledgeBase) {}

  @Step({ idleTimeout: '1m' })
  async ingest(@Input() { count, edition }: { count: number; edition: string }) {
    return this.articles.ingest(documents(count, edition));
  }
}

const options = {
  ...(DATABASE_URL
    ? { type: 'postgres', url: DATABASE_URL }
    : embeddedPostgres({ directory: DATA_DIRECTORY ?? '' })),
  entities: [...orchestrationEntities],
  migrations: [...orchestrationMigrations],
} as DataSourceOptions;

@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      useFactory: () => options,
      dataSourceFactory: async () => {
        const dataSource = await new DataSource(options).initialize();
        await migrate(dataSource);
        return dataSource;
      },
    }),
    OrchestrationModule.forRoot({ models: { providers: [ngramEmbeddings()], default: 'ngram/64' } }),
    KnowledgeBaseModule.forFeature('articles', { embedding: { model: 'ngram/64' } }),
  ],
  providers: [IngestWorkflow],
})
class IngestModule {}

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
