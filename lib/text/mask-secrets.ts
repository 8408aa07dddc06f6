/** What is in place of a secret. */
export const mask = '***';

/** How a name of a secret ends, in a query or in front of a value. */
const secretName =
  '(?:key|token|secret|signature|sig|password|passwd|pwd|credentials?|auth|authorization|jwt|session|sas)';

/**
 * `user:password@` behind `://`. Up to the last `@` before the path; and, since an address with a password that is not
 * encoded is what errors quote, also behind a slash unless a port comes before it.
 */
const userInfo = [
  /:\/\/[^\s/?#"<>`]*@/g,
  /:\/\/[^\s/?#"<>`:@]{0,256}:(?!\d{1,5}(?:[/?#\s"',;)]|$))[^\s"<>`]{1,256}@/g,
] as const;

/** `?api_key=…`, `&X-Amz-Signature=…`, `#access_token=…`, and the same percent-encoded inside another address. */
const inQuery = new RegExp(
  `((?:[?&#;]|%3f|%26|%23)(?:(?!%3f|%26|%23|%3d)[\\w.%~[\\]-]){0,64}?${secretName}(?:\\]|%5d)?(?:=|%3d))[^\\s&#"'<>\`]*`,
  'gi',
);

/** `authorization: Bearer …`, `"x-api-key":"…"`, `cookie=…`: the whole value, up to its quote or the end of the line. */
const inHeader =
  /((?<![?&#])\b(?:authorization|cookie|(?:x-[a-z]{1,20}-)?api[-_]?key|x-api-key|subscription-key|(?:x-)?(?:auth|amz-security)-token)\\?["']?[ \t]{0,4}[:=][ \t]{0,4}(?:\[[ \t]{0,4})?)(\\?["'][^"'\r\n]*|[^"'\r\n,})\]]+)/gi;

/** `password=…` of a connection string, `"client_secret":"…"` of a body. Names that prose uses need `=` or quotes. */
const inPair =
  /(\b(?:password|passwd|pwd|passphrase|(?:client|api|app)[-_]?secret|(?:access|refresh|id|session|auth)[-_]?token|(?:secret|private|access|secret[-_]access)[-_]?key)(?:=|\\?["'][ \t]{0,4}[:=][ \t]{0,4}))(\\?["'][^"'\r\n]*|[^\s"',;&})\]]+)/gi;

/** Words that follow "bearer" in a sentence. */
const bearer =
  /(\bbearer[ \t]{1,4})(?!(?:tokens?|auth[a-z]*|schemes?|headers?|credentials?|keys?|of|is|was|and|or)(?![\w.~+/=-]))[\w.~+/=-]+/gi;

const basic = /(\bbasic[ \t]{1,4})([A-Za-z0-9+/_-]{4,}={0,2})/gi;

/** Keys that are told by their beginnings: of OpenAI and Anthropic, Google, GitHub, Slack, AWS, and JSON Web Tokens. */
const wellKnown =
  /\b(?:(?:sk|pk|rk)[-_][\w-]{8,}|AIza[\w-]{20,}|gh[opsur]_\w{20,}|github_pat_\w{20,}|xox[abeoprs]-[\w-]{8,}|(?:AKIA|ASIA)[A-Z0-9]{16}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}(?:\.[\w-]*)?)/g;

/**
 * A text without the secrets that errors of clients and servers quote: user and password in an address, keys in its
 * query, authorization headers, cookies, bearer tokens, passwords of connection strings and keys of well-known forms.
 * Each becomes `***`. Pure; takes time linear in the length. It knows forms, not secrets: a password in a sentence stays.
 *
 * @example
 * maskSecrets('connect redis://app:pa55@cache:6379?token=abc'); // 'connect redis://***@cache:6379?token=***'
 */
export function maskSecrets(text: string): string {
  return userInfo
    .reduce((masked, form) => masked.replace(form, `://${mask}@`), text)
    .replace(inQuery, `$1${mask}`)
    .replace(inHeader, quoted)
    .replace(inPair, quoted)
    .replace(bearer, `$1${mask}`)
    .replace(basic, (whole, name: string, value: string) => (isLogin(value) ? name + mask : whole))
    .replace(wellKnown, mask);
}

/** Keeps the quote that a value begins with. */
function quoted(_whole: string, name: string, value: string): string {
  return `${name}${/^\\?["']/.exec(value)?.[0] ?? ''}${mask}`;
}

/** Of HTTP's Basic scheme: the Base64 of `user:password`, and no word of a sentence. */
function isLogin(value: string): boolean {
  return Buffer.from(value, 'base64').includes(':');
}
