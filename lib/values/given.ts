/** What a set of options names: an option that is undefined is one that was not given. */
export function given<Options extends object>(options: Options | undefined): Partial<Options> {
  const entries = Object.entries(options ?? {}).filter(([, value]) => value !== undefined);
  // The values are the options' own.
  return Object.fromEntries(entries) as Partial<Options>;
}
