import validator from 'validator';
import { isFollowedBy, isPrecededBy } from './neighbours.js';
import { type Search, searchFor, word } from './span.js';

/** RFC 5321: octets before the `@`, and behind it. */
const longestLocal = 64;
const longestDomain = 255;

/** `ada@`, `ada(at)`, `ada [at] `, `ada at example dot org`: what is around is read from there. */
const at =
  /@|(?<=[\p{L}\p{N}])(?: ?[([{] ?at ?[)\]}] ?(?=[\p{L}\p{N}])| at (?=(?:[\p{L}\p{N}-]{1,63} dot ){1,3}(?:com|org|net|edu|gov|info|biz|io|co|uk|de|fr|es|it|nl|ch|at|eu)(?![\p{L}\p{N}])))/giu;
const ofLocal = /[\p{L}\p{M}\p{N}.!#&_~%+'-]/u;
const dot = String.raw`(?:\.| ?[([{] ?(?:dot|punkt|point|punto) ?[)\]}] ?| dot (?=\p{L}))`;
const label = String.raw`[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?`;
const domain = new RegExp(
  String.raw`(?:${label}${dot}){1,8}(?:xn--[a-z0-9-]{1,59}[a-z0-9]|[a-z]{2,24}|(?![a-z])[\p{L}\p{M}]{2,24})`,
  'iuy',
);
/** Scripts that put no spaces between words: only what follows them belongs to an address in ASCII. */
const unspaced =
  /^.*[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}](?=[\p{ASCII}])/u;

/** `core@12.5.1-beta.rc` is a package, `logo@2x.png` a file. */
const version = /@(?:v?\d+(?:\.\d+|x\.)|v\d+\.)/u;
/** No top-level domains, but endings of files. */
const file =
  /\.(?:png|jpe?g|gif|webp|svg|avif|js|mjs|cjs|jsx|tsx?|json|ya?ml|css|scss|html?|txt|pdf|csv|xml|lock|log|tgz|gz|service|socket|timer|target|mount)$/iu;
/** The user of a URL, with or without a password: `git+ssh://git@github.com`, `postgres://app:secret@db.example.org`. */
const authority = /(?!mailto|sips?:|xmpp|email)\b[a-z][a-z\d+.-]{1,15}:\/\/(?:[^\s/?#@]{0,32}:)?$/iu;
/** `git@github.com:org/repo`, `deploy@host.example.org:/srv/www` */
const remotePath = /^:(?:[\w.-]{1,60}\/|~?\/)/u;
const goesOn = new RegExp(`^(?!_)(?:@|[${word}])`, 'u');

/** Addresses of electronic mail, also with names in other scripts, and with `(at)` and `(dot)`. */
export const emails: readonly Search[] = [
  searchFor(at, (match, place, text, from) => {
    const end = domainEnd(text, place + match.length);
    if (end === undefined) return false;
    const start = localStart(text, place, from);
    return isAddress(text, start, place, end) && { start, end };
  }),
];

function domainEnd(text: string, start: number): number | undefined {
  domain.lastIndex = start;
  const found = domain.exec(text)?.[0];
  return found === undefined || found.length > longestDomain ? undefined : start + found.length;
}

function localStart(text: string, end: number, from: number): number {
  let start = end;
  const least = Math.max(from, end - longestLocal);
  while (start > least && isOfLocal(text, start - 1, least)) start -= 1;
  const local = text.slice(start, end);
  start += unspaced.exec(local)?.[0].length ?? 0;
  start += /^[^\p{L}\p{N}_]*/u.exec(text.slice(start, end))?.[0].length ?? 0;
  return start;
}

/** An equals sign is before an address more often than in it: only addresses for bounces have one, behind a plus. */
function isOfLocal(text: string, index: number, least: number): boolean {
  const character = text[index] ?? '';
  if (ofLocal.test(character) || /[\ud800-\udfff]/.test(character)) return true;
  return character === '=' && /\+[\w.+-]{1,64}$/.test(text.slice(least, index));
}

function isAddress(text: string, start: number, place: number, end: number): boolean {
  const local = text.slice(start, place).replace(/\.+$/, '');
  if (local === '') return false;
  const host = text
    .slice(place, end)
    .replace(/^(?:@| ?[([{] ?at ?[)\]}] ?| at )/iu, '')
    .replace(/ ?[([{] ?(?:dot|punkt|point|punto) ?[)\]}] ?| dot /giu, '.');
  const address = `${local}@${host}`;
  return (
    !version.test(address) &&
    !file.test(address) &&
    !goesOn.test(text.slice(end, end + 2)) &&
    !isFollowedBy(text, end, remotePath) &&
    !(isPrecededBy(text, start, /:\/\//) && isPrecededBy(text, start, authority)) &&
    validator.isEmail(address.normalize('NFC'))
  );
}
