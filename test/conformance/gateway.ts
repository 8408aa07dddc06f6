import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands before a server, and can be taken away: what a restart, a fire wall or a pulled cable are to its clients. */
export class Gateway {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  port = 0;

  constructor(private readonly target: { readonly host: string; readonly port: number }) {}

  /** Lets through what comes; on the same port each time. */
  async open(): Promise<void> {
    const server = createServer((socket) => {
      const beyond = connect(this.target);
      for (const [from, to] of [
        [socket, beyond],
        [beyond, socket],
      ] as const) {
        this.sockets.add(from);
        from.pipe(to);
        from
          .on('error', () => to.destroy())
          .on('close', () => {
            this.sockets.delete(from);
            to.destroy();
          });
      }
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as { port: number }).port;
  }

  /** Cuts all connections, and takes no new ones. */
  async shut(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    for (const socket of this.sockets) socket.destroy();
    if (server) await new Promise((resolve) => server.close(resolve));
  }
}
