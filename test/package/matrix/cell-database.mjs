import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** Gives a cell a database of its own on the server, or no URL where there is no server: the host brings its own then. */
export async function withDatabase(server, work) {
  if (!server) return await work(undefined);
  const name = `nestor_cell_${randomUUID().replaceAll('-', '')}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  try {
    return await work(url.href);
  } finally {
    await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
  }
}

async function onServer(url, statement) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
