import { describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { KeptConnection } from './kept-connection.js';
import type { Pool, PoolClient, SentStatement } from './pool.js';

const statement: SentStatement = { text: 'SELECT 1' };
const result = { rows: [], rowCount: 1 };

/** A pool that notes what is taken from it, and answers when the test says so. */
class RecordedPool {
  readonly noted: string[] = [];
  waitingCount = 0;
  /** Answers to statements of its connections, in their order. */
  private readonly answers: { resolve(): void; reject(error: Error): void }[] = [];

  readonly pool = {
    connect: async (): Promise<PoolClient> => {
      this.noted.push('connect');
      return {
        query: () =>
          new Promise((resolve, reject) => {
            this.answers.push({ resolve: () => resolve(result), reject });
          }),
        release: (failed) => void this.noted.push(failed ? 'destroy' : 'release'),
      };
    },
    query: async () => {
      this.noted.push('query');
      return result;
    },
    on: () => undefined,
  };

  asPool(): Pool {
    return Object.defineProperty({ ...this.pool, waitingCount: 0 }, 'waitingCount', {
      get: () => this.waitingCount,
    });
  }

  async answer(error?: Error): Promise<void> {
    while (this.answers.length === 0) await setImmediate();
    const next = this.answers.shift();
    if (error) next?.reject(error);
    else next?.resolve();
  }
}

function kept() {
  const recorded = new RecordedPool();
  const pool = recorded.asPool();
  const connection = new KeptConnection(() => pool);
  const send = async (error?: Error) => {
    const sent = connection.query(statement);
    await recorded.answer(error);
    return sent;
  };
  return { recorded, connection, send };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await setImmediate();
}

describe('a connection that is kept while there is work', () => {
  it('is taken from the pool once for statements that follow each other', async () => {
    const { recorded, send } = kept();
    await send();
    await send();
    await send();
    expect(recorded.noted).toEqual(['connect']);
  });

  it('goes back to the pool when nothing more is sent', async () => {
    const { recorded, send } = kept();
    await send();
    await turns(4);
    expect(recorded.noted).toEqual(['connect', 'release']);
  });

  it('is taken again after that', async () => {
    const { recorded, send } = kept();
    await send();
    await turns(4);
    await send();
    await turns(4);
    expect(recorded.noted).toEqual(['connect', 'release', 'connect', 'release']);
  });

  it('does not go back while a statement is on its way', async () => {
    const { recorded, connection, send } = kept();
    await send();
    const slow = connection.query(statement);
    await turns(6);
    expect(recorded.noted).toEqual(['connect']);
    await recorded.answer();
    await slow;
    await turns(4);
    expect(recorded.noted).toEqual(['connect', 'release']);
  });

  it('goes back at once when somebody waits for a connection', async () => {
    const { recorded, send } = kept();
    recorded.waitingCount = 1;
    await send();
    expect(recorded.noted).toEqual(['connect', 'release']);
  });

  it('is thrown away after a failure', async () => {
    const { recorded, send } = kept();
    await expect(send(new Error('the server said no'))).rejects.toThrow('the server said no');
    expect(recorded.noted).toEqual(['connect', 'destroy']);
    await send();
    expect(recorded.noted).toEqual(['connect', 'destroy', 'connect']);
  });

  it('leaves a second statement at the same time to the pool', async () => {
    const { recorded, connection } = kept();
    const first = connection.query(statement);
    await expect(connection.query(statement)).resolves.toBe(result);
    await recorded.answer();
    await first;
    expect(recorded.noted).toEqual(['connect', 'query']);
  });

  it('takes a connection of the pool of today when the data source was opened again', async () => {
    const before = new RecordedPool();
    const after = new RecordedPool();
    let pool = before.asPool();
    const connection = new KeptConnection(() => pool);
    const first = connection.query(statement);
    await before.answer();
    await first;
    await turns(4);
    pool = after.asPool();
    const second = connection.query(statement);
    await after.answer();
    await second;
    expect([before.noted, after.noted]).toEqual([['connect', 'release'], ['connect']]);
  });
});
