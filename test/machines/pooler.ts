import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * Stands between clients and a PostgreSQL server like a connection pooler: it says hello with process numbers of its
 * own. (A real one hands sessions about as well; that this one doesn't makes the test harder.)
 */
export class Pooler {
  private constructor(
    private readonly server: Server,
    private readonly sockets: Set<Socket>,
    readonly url: string,
  ) {}

  static async open(url: string): Promise<Pooler> {
    const target = new URL(url);
    const sockets = new Set<Socket>();
    const server = createServer((client) => {
      const database = connect(Number(target.port || 5432), target.hostname);
      for (const socket of [client, database]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => (client.destroy(), database.destroy()));
      }
      let isGreeted = false;
      client.pipe(database);
      database.on('data', (data) => {
        client.write(isGreeted ? data : renumbered(data));
        isGreeted ||= data.includes(readyForQuery);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const own = new URL(url);
    own.hostname = '127.0.0.1';
    own.port = String((server.address() as AddressInfo).port);
    return new Pooler(server, sockets, own.toString());
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const readyForQuery = Buffer.from('Z\0\0\0\x05I', 'latin1');
/** BackendKeyData: type, length 12, process number, secret. */
const backendKey = Buffer.from('K\0\0\0\x0c', 'latin1');

function renumbered(data: Buffer): Buffer {
  const at = data.indexOf(backendKey);
  if (at < 0) return data;
  const copy = Buffer.from(data);
  copy.writeInt32BE(copy.readInt32BE(at + 5) + 1_000_000, at + 5);
  return copy;
}
