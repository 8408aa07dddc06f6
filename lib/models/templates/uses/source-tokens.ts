/** A piece of JavaScript source that matters for reading object literals. */
export interface SourceToken {
  /** `text`: a string literal, its content as `value`. `name`: an identifier. `mark`: one character of anything else. */
  readonly kind: 'text' | 'name' | 'mark';
  readonly value: string;
}

const patterns = [
  /\s+/y,
  /\/\/[^\n]*/y,
  /\/\*[\s\S]*?\*\//y,
  /(?<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$]|\\.|\$(?!\{))*`)/y,
  /(?<name>[\p{ID_Start}$_#][\p{ID_Continue}$]*|\d[\w.]*)/uy,
  /(?<mark>\.\.\.|=>|[^])/y,
];

/**
 * The tokens of JavaScript source. Regular expressions and templates with expressions are read as marks, so that braces in them may not
 * match: who reads the tokens has to take what does not match for unknown.
 */
export function sourceTokens(source: string): readonly SourceToken[] {
  const tokens: SourceToken[] = [];
  for (let at = 0; at < source.length;) {
    const found = matchAt(source, at);
    at += found[0].length;
    const { text, name, mark } = found.groups ?? {};
    if (text !== undefined) tokens.push({ kind: 'text', value: text.slice(1, -1) });
    else if (name !== undefined) tokens.push({ kind: 'name', value: name });
    else if (mark !== undefined) tokens.push({ kind: 'mark', value: mark });
  }
  return tokens;
}

function matchAt(source: string, at: number): RegExpExecArray {
  for (const pattern of patterns) {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found) return found;
  }
  throw new Error('every character is a mark at least');
}
