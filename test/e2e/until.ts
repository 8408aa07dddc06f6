import { setTimeout as pause } from 'node:timers/promises';

/** Until something that happens elsewhere has happened. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  milliseconds = 5_000,
): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Never came: ${what}`);
    await pause(2);
  }
}
