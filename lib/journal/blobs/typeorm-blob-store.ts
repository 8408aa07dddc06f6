import type { DataSource } from 'typeorm';
import type { Clock } from '../../clock/index.js';
import { byteaOf, Statements, tableNames } from '../../database/index.js';
import { type Blob, BlobStore } from './blob-store.js';

export class TypeOrmBlobStore extends BlobStore {
  private readonly statements: Statements;
  private readonly table: string;

  constructor(dataSource: DataSource, clock: Clock) {
    super();
    this.statements = new Statements(dataSource, clock);
    this.table = tableNames(dataSource).blob;
  }

  /** One statement for each: together they could be more than a statement takes. */
  async put(runId: string, blobs: readonly Blob[]): Promise<void> {
    for (const { hash, bytes } of blobs)
      await this.statements.count({
        name: 'nestor_put_blob',
        text: `INSERT INTO ${this.table} (run_id, hash, bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
        values: [runId, byteaOf(hash), Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)],
      });
  }

  async get(runId: string, hash: string): Promise<Uint8Array | undefined> {
    const [row] = await this.statements.run<{ bytes: Uint8Array }>({
      name: 'nestor_get_blob',
      text: `SELECT bytes FROM ${this.table} WHERE run_id = $1 AND hash = $2`,
      values: [runId, byteaOf(hash)],
    });
    return row?.bytes;
  }

  async copy(from: string, to: string): Promise<void> {
    await this.statements.count({
      name: 'nestor_copy_blobs',
      text: `INSERT INTO ${this.table} (run_id, hash, bytes)
        SELECT $2, hash, bytes FROM ${this.table} WHERE run_id = $1 ON CONFLICT DO NOTHING`,
      values: [from, to],
    });
  }
}
