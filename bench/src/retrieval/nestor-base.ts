import 'reflect-metadata';
import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  migrate,
  orchestrationEntities,
  orchestrationMigrations,
  OrchestrationModule,
  type RetrievalQuery,
} from 'nestjs-nestor';
import {
  type KnowledgeBase,
  KnowledgeBaseModule,
  type KnowledgeBaseOptions,
  knowledgeBaseToken,
  ngramEmbeddings,
} from 'nestjs-nestor/retrieval';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Page } from './corpus.js';

export const dimensions = 256;
const embedding = { model: `ngram/${dimensions}` };

/** Below the gate, as a vector store of others is asked: nothing of it goes on record. */
export interface OpenBase {
  ingest(pages: Iterable<Page>): Promise<void>;
  /** How many passages were found. */
  search(query: RetrievalQuery): Promise<number>;
  /** The same through the gate: an ad-hoc run, on record. */
  recordedSearch(query: RetrievalQuery): Promise<number>;
  close(): Promise<void>;
}

@Module({})
class BenchModule {
  static on(database: DataSourceOptions, search: NonNullable<KnowledgeBaseOptions['search']>): DynamicModule {
    const options = {
      ...database,
      entities: [...orchestrationEntities],
      migrations: [...orchestrationMigrations],
    } as DataSourceOptions;
    return {
      module: BenchModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => options,
          dataSourceFactory: async () => {
            const source = await new DataSource(options).initialize();
            await migrate(source);
            return source;
          },
        }),
        OrchestrationModule.forRoot({ models: { providers: [ngramEmbeddings()], default: embedding.model } }),
        KnowledgeBaseModule.forFeature('pages', { embedding, search }),
      ],
    };
  }
}

/** A knowledge base on a database, in a Nest application of its own. */
export async function openBase(
  database: DataSourceOptions,
  search: NonNullable<KnowledgeBaseOptions['search']>,
): Promise<OpenBase> {
  Logger.overrideLogger(['error', 'warn']);
  const app = await NestFactory.createApplicationContext(BenchModule.on(database, search), {
    logger: ['error', 'warn'],
  });
  const base = app.get<KnowledgeBase>(knowledgeBaseToken('pages'), { strict: false });
  const { signal } = new AbortController();
  return {
    async ingest(pages) {
      await base.ingest(documentsOf(pages));
    },
    async search(query) {
      return (await base.retrieve({ limit: 5, ...query }, { signal } as never)).length;
    },
    async recordedSearch(query) {
      return (await base.search({ limit: 5, ...query })).length;
    },
    close: () => app.close(),
  };
}

function* documentsOf(pages: Iterable<Page>) {
  for (const { uri, text, part } of pages) yield { uri, text, metadata: { part } };
}
