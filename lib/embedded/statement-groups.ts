import type { PGlite } from '@electric-sql/pglite';

/** Messages of the extended query protocol that a Sync has yet to follow: Parse, Bind, Describe, Execute, Close, Flush. */
const unfinished: ReadonlySet<string> = new Set(['P', 'B', 'D', 'E', 'C', 'H']);

/**
 * The database, claiming to be in a transaction from the first message of a statement to its Sync.
 *
 * The socket server hands over message by message and lets connections take turns, unless the database is in a transaction.
 * All connections share one session there, so without this the Parse of one could come between the Parse and the Bind of
 * another, which then runs the wrong statement or reads the other's rows.
 */
export function keepStatementsWhole(database: PGlite): PGlite {
  let isOpen = false;
  const replaced: Partial<PGlite> = {
    isInTransaction: () => isOpen || database.isInTransaction(),
    execProtocolRawStream: (message, options) => {
      isOpen = unfinished.has(String.fromCharCode(message[0] ?? 0));
      return database.execProtocolRawStream(message, options);
    },
    // Rolls back what a connection has left behind that was lost in the middle.
    exec: (query, options) => {
      isOpen = false;
      return database.exec(query, options);
    },
  };
  return new Proxy(database, {
    get(target, key) {
      const value: unknown = Reflect.get(key in replaced ? replaced : target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
