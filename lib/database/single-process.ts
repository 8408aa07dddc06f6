import type { DataSource } from 'typeorm';

const known = new WeakMap<DataSource, Promise<boolean>>();

/**
 * Whether the data source is the in-process Postgres. There, one session serves all connections: advisory locks
 * exclude nobody, equally named prepared statements collide, and its process is the only worker there can be.
 */
export function isSingleProcess(dataSource: DataSource): Promise<boolean> {
  let answer = known.get(dataSource);
  if (!answer) {
    answer = ask(dataSource);
    known.set(dataSource, answer);
    answer.catch(() => known.delete(dataSource));
  }
  return answer;
}

async function ask(dataSource: DataSource): Promise<boolean> {
  const rows: { version: string }[] = await dataSource.query('SELECT version() AS version');
  return rows[0]?.version.includes('PGlite') ?? false;
}
