/** A strict mode can't say what the schema says. Caught where the conversion begins. */
export class NotExpressible extends Error {}
