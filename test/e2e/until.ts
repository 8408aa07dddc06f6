import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds between two looks: seldomer the longer it takes, so that what is waited for gets the processor. */
const pauses = { shortest: 2, longest: 20, growth: 0.02 } as const;

/**
 * What is found when something that happens elsewhere has happened: looks until there is something.
 * @param milliseconds when it is given up, so that the failure says what never came
 */
export async function found<T>(
  what: string,
  look: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  milliseconds = 5_000,
): Promise<T> {
  const begun = performance.now();
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false && seen !== null) return seen;
    const passed = performance.now() - begun;
    if (passed > milliseconds) throw new Error(`Never came: ${what}`);
    await pause(Math.min(pauses.longest, Math.max(pauses.shortest, passed * pauses.growth)));
  }
}

/** Until something that happens elsewhere has happened. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  milliseconds?: number,
): Promise<void> {
  await found(what, condition, milliseconds);
}
