/** Most bytes of text that enters from outside, counted in the UTF-8 of its JSON. Longer text is cut and marked. */
export const textLimits = {
  /** The message of an error. */
  message: 8_192,
  /** The stack of an error. */
  stack: 8_192,
  /** The name of an error. */
  name: 256,
  /** All facts of an error together. */
  details: 16_384,
  /** A whole error, with its causes. */
  error: 49_152,
  /** Reasons, comments, titles and instructions. */
  reason: 32_768,
  /** One line of a log. */
  line: 2_048,
  /** Ids, keys, tags and names: longer ones are refused, since a cut one would name something else. */
  identifier: 512,
} as const;

/** Causes of an error that are kept, and errors of an `AggregateError` that are named. */
export const mostCauses = 5;
