/** What a set of options names: an option that is undefined is one that was not given. */
export function given<Options extends object>(
  options: Options | undefined,
): { readonly [Name in keyof Options]?: Exclude<Options[Name], undefined> } {
  const entries = Object.entries(options ?? {}).filter(([, value]) => value !== undefined);
  // The values are the options' own.
  return Object.fromEntries(entries) as {
    readonly [Name in keyof Options]?: Exclude<Options[Name], undefined>;
  };
}
