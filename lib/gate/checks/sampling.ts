import { createHmac } from 'node:crypto';

/** What is drawn for. */
export interface SampledPlace {
  /** Of the run: the same for all its forks. */
  readonly lineage: string;
  readonly step: string;
  readonly iteration: number;
  readonly item: number | undefined;
  /** Kind and name of the call: two reviews at one place are drawn apart. */
  readonly subject: string;
}

/** Bytes of the hash that make the number which is compared: 48 bits, that a number holds exactly. */
const drawn = 6;

/**
 * Whether a place is in a share of all places: by a keyed hash (HMAC, RFC 2104, with SHA-256), so that who knows the secret can
 * tell why, who does not can't choose, and what is begun again is drawn alike.
 * @param share from 0, none, to 1, all
 */
export function isSampled(
  secret: string,
  { lineage, step, iteration, item, subject }: SampledPlace,
  share: number,
): boolean {
  const place = JSON.stringify([lineage, step, iteration, item ?? null, subject]);
  const number = createHmac('sha256', secret).update(place).digest().readUIntBE(0, drawn);
  return number < share * 2 ** (8 * drawn);
}
