import { vector } from '@electric-sql/pglite-pgvector';
import { parseArgs } from 'node:util';
import { embeddedPostgres } from 'nestjs-nestor/embedded';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { BenchDatabase } from './database.js';
import type { Finding } from './measurement.js';
import { pages } from './retrieval/corpus.js';
import { openLangChain } from './retrieval/langchain-store.js';
import { openBase } from './retrieval/nestor-base.js';
import { finding, rate, type Searched, searchFindings, times } from './retrieval/timing.js';
import { full } from './sizes.js';
import { environment, table } from './table.js';

const { values } = parseArgs({
  options: {
    server: { type: 'string', default: '100000' },
    embedded: { type: 'string', default: '10000' },
    searches: { type: 'string', default: '200' },
  },
});
const [onServer, inProcess, searches] = [
  Number(values.server),
  Number(values.embedded),
  Number(values.searches),
];

const megabytes = (bytes: unknown) => Number(bytes) / 1_048_576;

async function onPostgres(): Promise<Finding[]> {
  const workload = `${onServer} chunks on PostgreSQL`;
  const database = await BenchDatabase.open('retrieval');
  const options = { type: 'postgres', url: database.url } as const;
  try {
    const vectors = await openBase(options, 'vectors');
    const ingested = await rate(onServer, () => vectors.ingest(pages(onServer)));
    const sizes = await database.within(async (client) => {
      // As autovacuum does after a while.
      await client.query('VACUUM ANALYZE');
      const { rows } = await client.query<Record<'words' | 'chunks' | 'vectors', string>>(
        `SELECT pg_relation_size('orchestration_chunk_search') AS words, pg_total_relation_size('orchestration_chunk') AS chunks,
           pg_total_relation_size('orchestration_chunk_vector') AS vectors`,
      );
      return rows[0];
    });
    const filtered = await times(searches, (text, index) =>
      vectors.search({ text, filter: { part: index % 20 } }),
    );
    const most = await times(searches, (text) => vectors.search({ text }));
    await vectors.close();
    const words = await openBase(options, 'text');
    const byWords = await times(searches, (text) => words.search({ text }));
    const byWordsInPart = await times(searches, (text, index) =>
      words.search({ text, filter: { part: index % 20 } }),
    );
    const recorded = await times(searches, (text, index) =>
      words.recordedSearch({ text, filter: { part: index % 20 } }),
    );
    await words.close();
    return [
      finding(workload, 'ingestion, with vectors', ingested, 'chunks/s'),
      finding(workload, 'index of words', megabytes(sizes?.words), 'MB'),
      finding(workload, 'chunks, with their indexes', megabytes(sizes?.chunks), 'MB'),
      finding(workload, 'vectors', megabytes(sizes?.vectors), 'MB'),
      ...searchFindings(workload, 'words', byWords),
      ...searchFindings(workload, 'words, a twentieth by metadata', byWordsInPart),
      ...searchFindings(workload, 'words, a twentieth, on record', recorded),
      ...searchFindings(workload, 'vectors, a twentieth by metadata', filtered),
      ...searchFindings(workload, 'vectors of those with the words', most),
    ];
  } finally {
    await database.drop();
  }
}

/** Megabytes of a table's HNSW indexes. */
const indexSize = async (source: DataSource, tableName: string) => {
  const [row] = await source.query<{ bytes: string }[]>(
    `SELECT coalesce(sum(pg_relation_size(indexrelid)), 0) AS bytes FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'hnsw' AND i.indrelid = '${tableName}'::regclass`,
  );
  return megabytes(row?.bytes);
};

async function inThisProcess(): Promise<[nestor: Finding[], langChain: Finding[]]> {
  const workload = `${inProcess} chunks on PGlite with pgvector`;
  const measured = async (
    embedded: ReturnType<typeof embeddedPostgres>,
    tableName: string,
    work: () => Promise<Omit<Finding, 'workload'>[]>,
  ) => {
    const source = await new DataSource(embedded).initialize();
    await source.query('CREATE EXTENSION IF NOT EXISTS vector');
    const findings = await work();
    findings.push({ metric: 'HNSW index', value: await indexSize(source, tableName), unit: 'MB' });
    await source.destroy();
    return findings.map((one) => ({ ...one, workload }));
  };
  const found = (what: string, searched: Searched) => searchFindings(workload, what, searched);
  const first = embeddedPostgres({ extensions: { vector } });
  const nestor = await measured(first, 'orchestration_vector_index', async () => {
    const base = await openBase(first, 'vectors');
    const ingested = await rate(inProcess, () => base.ingest(pages(inProcess)));
    const plain = await times(searches, (text) => base.search({ text }));
    const filtered = await times(searches, (text, index) =>
      base.search({ text, filter: { part: index % 20 } }),
    );
    await base.close();
    return [
      finding(workload, 'ingestion', ingested, 'chunks/s'),
      ...found('vectors', plain),
      ...found('vectors, a twentieth by metadata', filtered),
    ];
  });
  const second = embeddedPostgres({ extensions: { vector }, port: 54_329 });
  const langChain = await measured(second, 'langchain_pages', async () => {
    const pool = new pg.Pool({
      host: '127.0.0.1',
      port: 54_329,
      user: 'postgres',
      database: 'postgres',
      max: 4,
    });
    const store = await openLangChain(pool);
    const ingested = await rate(inProcess, () => store.ingest(pages(inProcess)));
    const plain = await times(searches, (text) => store.search(text));
    const filtered = await times(searches, (text, index) => store.search(text, { part: index % 20 }));
    await store.end();
    return [
      finding(workload, 'ingestion', ingested, 'chunks/s'),
      ...found('vectors', plain),
      ...found('vectors, a twentieth by metadata', filtered),
    ];
  });
  return [nestor, langChain];
}

const [nestor, langChain] = await inThisProcess();
const found = [
  ...nestor.map((one) => ({ ...one, engine: 'nestor' })),
  ...langChain.map((one) => ({ ...one, engine: 'langchain' })),
  ...(await onPostgres()).map((one) => ({ ...one, engine: 'nestor' })),
];
process.stdout.write(`${await environment({ ...full, rounds: 1 })}\n\n${table(found)}\n`);
process.exit();
