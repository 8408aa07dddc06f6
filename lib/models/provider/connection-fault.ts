import { causesOf, type ModelCallOutcome } from '../../errors/index.js';
import { readProperty } from '../../text/index.js';

/** What a broken connection means for the request that was to go over it. */
export interface ConnectionFault {
  /** Whether another attempt may help. */
  readonly transient: boolean;
  readonly outcome: ModelCallOutcome;
}

const lost: ConnectionFault = { transient: true, outcome: 'unknown' };
const unreached: ConnectionFault = { transient: true, outcome: 'not-sent' };
const impossible: ConnectionFault = { transient: false, outcome: 'not-sent' };
const broken: ConnectionFault = { transient: false, outcome: 'unknown' };

/** Codes of Node (libuv) and undici for a connection that did not come about: nothing can have been sent. */
const notConnected: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Codes for what no attempt changes: certificates (OpenSSL), TLS to a server that speaks none, addresses and headers that can't be sent. */
const lasting = [
  /CERT|^UNABLE_TO_(?:GET|VERIFY)|^HOSTNAME_MISMATCH$|^INVALID_(?:CA|PURPOSE)$/,
  /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNSUPPORTED_PROTOCOL|\w*HANDSHAKE_FAILURE|\w*ALERT_PROTOCOL_VERSION)$/,
  /^ERR_INVALID_|^ERR_UNESCAPED_CHARACTERS$|^UND_ERR_(?:INVALID_ARG|NOT_SUPPORTED)$/,
];

/** Why fetch does not even try (Fetch Standard, "HTTP fetch" and "main fetch", in the words of undici). */
const refusedByFetch =
  /^(?:bad port|unknown scheme|.*scheme must be a HTTP\(S\) scheme.*|.*scheme is not supported)$/;

/** Messages of the `TypeError` that fetch throws for network errors: Node's twice, then those of browsers, which mocks have. */
const ofFetch = /^(?:fetch failed|terminated|Failed to fetch|NetworkError|network error|Load failed)/i;

/** Errors of programs. By name: those of another realm are not instances of ours. */
const ofPrograms: ReadonlySet<unknown> = new Set(['TypeError', 'ReferenceError', 'RangeError']);

/** What it means that a request failed as that. Of what nobody knows, the worst is assumed: that it may have been done. */
export function connectionFault(error: unknown): ConnectionFault {
  const chain = causesOf(error);
  const codes = chain.map((one) => readProperty(one, 'code')).filter((code) => typeof code === 'string');
  if (codes.some((code) => lasting.some((form) => form.test(code)))) return impossible;
  if (codes.some((code) => notConnected.has(code))) return unreached;
  if (codes.length > 0) return lost;
  if (chain.some((one) => refusedByFetch.test(faultMessage(one)))) return impossible;
  return chain.some((one) => ofPrograms.has(readProperty(one, 'name')) && !isOfFetch(one)) ? broken : lost;
}

/** Whether it comes from a connection, and is not an error of a program. */
export function isConnectionFault(error: unknown): boolean {
  return causesOf(error).some((one) => isOfFetch(one) || isSystemError(one));
}

export function faultMessage(error: unknown): string {
  const message = readProperty(error, 'message');
  return typeof message === 'string' ? message : '';
}

function isOfFetch(error: unknown): boolean {
  return readProperty(error, 'name') === 'TypeError' && ofFetch.test(faultMessage(error));
}

/** Of a socket, of the HTTP parser (`HPE_`), of decompression (`Z_`): they have codes, and are not errors of programs. */
function isSystemError(error: unknown): boolean {
  return typeof readProperty(error, 'code') === 'string' && !ofPrograms.has(readProperty(error, 'name'));
}
