/** What a name has to end with, in lower case and without signs and trailing digits, to be that of a secret. */
const secret =
  /(?:^auth|authorization|cookie|password|passwd|pwd|passphrase|secret|token|jwt|credentials?|signature|apikey|(?:access|private|secret|signing|encryption|subscription|master)key)$/;
/** Names of headers that hold one. Unlike a mere `password`, they are not words that a list would have for another reason. */
const header =
  /^(?:proxyauthorization|authorization|(?:set)?cookie|x?(?:[a-z]+)?(?:apikey|authtoken|subscriptionkey|securitytoken))$/;

/** Whether a field of that name holds a secret: `authorization`, `X-API-Key`, `client_secret`, `newPassword`. */
export function isSecretName(name: unknown): boolean {
  return typeof name === 'string' && name.length <= 128 && secret.test(bare(name));
}

/** Whether it names a header whose value is a secret: what follows it in a list of headers is one. */
export function isSecretHeader(name: unknown): boolean {
  return typeof name === 'string' && name.length <= 128 && header.test(bare(name));
}

function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]|\d+$/g, '');
}
