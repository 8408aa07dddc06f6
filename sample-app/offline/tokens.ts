/** Letters that one token holds on average: English takes about four, counted here with its spaces. */
const lettersPerToken = 5;

/** About as many tokens as a real tokenizer would make of the text: words in pieces, each sign on its own. */
export function countTokens(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(/\p{L}+|\p{N}{1,3}|[^\s\p{L}\p{N}]/gu)) {
    tokens += Math.ceil(piece.length / lettersPerToken);
  }
  return tokens;
}
