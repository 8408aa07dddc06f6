import type { DataSource } from 'typeorm';

/** Names for hand-written SQL, with the data source's schema where it has one. */
export interface TableNames {
  readonly run: string;
  readonly record: string;
  readonly review: string;
  readonly inbox: string;
  readonly blob: string;
  readonly worker: string;
  readonly conversation: string;
  readonly message: string;
  readonly limit: string;
  readonly killSwitchChange: string;
  readonly budget: string;
  readonly hold: string;
  readonly settled: string;
  readonly ledger: string;
  readonly budgetRaise: string;
  readonly bucket: string;
  readonly document: string;
  readonly chunk: string;
  readonly chunkVector: string;
  /** Where pgvector is installed: it has no entity. */
  readonly vectorIndex: string;
  readonly memory: string;
  readonly promptPin: string;
  readonly cacheEntry: string;
}

export function tableNames(dataSource: DataSource): TableNames {
  const schema = dataSource.driver.schema;
  const name = (table: string) => `${schema ? `"${schema}".` : ''}"orchestration_${table}"`;
  return {
    run: name('run'),
    record: name('audit_record'),
    review: name('review'),
    inbox: name('inbox'),
    blob: name('blob'),
    worker: name('worker'),
    conversation: name('conversation'),
    message: name('message'),
    limit: name('limit'),
    killSwitchChange: name('kill_switch_change'),
    budget: name('budget'),
    hold: name('hold'),
    settled: name('settled'),
    ledger: name('ledger'),
    budgetRaise: name('budget_raise'),
    bucket: name('bucket'),
    document: name('document'),
    chunk: name('chunk'),
    chunkVector: name('chunk_vector'),
    vectorIndex: name('vector_index'),
    memory: name('memory'),
    promptPin: name('prompt_pin'),
    cacheEntry: name('cache_entry'),
  };
}
