import { type Span, spansOf } from './span.js';

/** Lengths of RFC 5321; a top-level domain has letters only. */
const candidate =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}][\p{L}\p{N}._%+'-]{0,63}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}@_-])/gu;
/** `core@12.5.1-beta.rc` is a package, `logo@2x.png` a file. */
const version = /@v?\d+(?:\.\d+|x\.)/u;
const file = /\.(?:png|jpe?g|gif|webp|svg|js|mjs|cjs|ts|tsx|json|css|html?|md|txt|pdf)$/iu;

export function findEmails(text: string): Span[] {
  return spansOf(
    text,
    candidate,
    // git@github.com:org/repo names a repository
    (match, start) =>
      !version.test(match) &&
      !file.test(match) &&
      !/^:[\w~./-]+\//.test(text.slice(start + match.length, start + match.length + 80)),
  );
}
