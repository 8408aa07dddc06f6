/**
 * Serves the program that has started this one as a program of its own: it is told where to work, then asked, one thing at a time.
 * What fails ends it, with its reason on the error output.
 * @param open with the first message
 * @param answer each message after that
 */
export function serveParent<Settings, Host, Ask, Answer>(
  open: (settings: Settings) => Promise<Host>,
  answer: (host: Host, ask: Ask) => Promise<Answer>,
): void {
  if (!process.send) return;
  let host: Promise<Host> | undefined;
  const take = async (message: unknown): Promise<Answer | 'ready'> => {
    // The parent is the program beside this one.
    if (host) return answer(await host, message as Ask);
    host = open(message as Settings);
    await host;
    return 'ready';
  };
  process.on('message', (message) => {
    take(message).then(
      (done) => process.send?.(done),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  });
}
