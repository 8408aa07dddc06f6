/**
 * The rules by which the keys and records of a run are made; a run keeps its format until it ends. Until the first
 * release it is 1, whatever changes; from then on, each change of the rules is a new format, and every older one is
 * still read.
 */
export const currentFormat = 1;

/** The formats that this release can continue with; a worker leaves runs of others to releases that know them. */
export const knownFormats: readonly number[] = [currentFormat];
