/**
 * Whether work succeeds within that many milliseconds. Never rejects. By the system's timer, not by the `Clock`:
 * Redis doesn't answer sooner when a test moves the time. Answers that came while this process was busy count: Node.js
 * looks at timers before it reads them.
 */
export async function succeedsWithin(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => setImmediate(resolve, false), milliseconds);
  });
  const done = work.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}
