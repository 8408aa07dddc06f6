/** Printable ASCII without quotes and backslashes: its JSON has as many bytes as it has characters, and two quotes. */
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
/** PostgreSQL's JSON takes neither NUL nor lone surrogates. Used with `replace` only, which keeps no state. */
const unstorable = /[\0\p{Surrogate}]/gu;

export interface SizedText {
  readonly text: string;
  /** Of its JSON in UTF-8, quotes included. */
  readonly bytes: number;
}

/** A string as the database can hold it: well-formed, NUL and lone surrogates replaced by U+FFFD. */
export function storableText(value: string): SizedText {
  if (plain.test(value)) return { text: value, bytes: value.length + 2 };
  const text = value.replace(unstorable, '\uFFFD');
  return { text, bytes: Buffer.byteLength(JSON.stringify(text)) };
}
