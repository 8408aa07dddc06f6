import { randomBytes } from '../../values/index.js';

const digits = Buffer.from('0123456789abcdef', 'latin1');
const text = Buffer.from('00000000-0000-0000-0000-000000000000', 'latin1');
/** Where in the text each byte's two digits stand. */
const places = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/**
 * 128 random bits, written as a UUID, which is how the database gives them back. `randomUUID` joins twenty pieces, and
 * keeps them all as long as the text is kept: several times the memory of the text.
 */
export function freshSalt(): string {
  const random = randomBytes();
  for (let index = 0; index < places.length; index++) {
    const byte = random[index] ?? 0;
    const place = places[index] ?? 0;
    text[place] = digits[byte >> 4] ?? 0;
    text[place + 1] = digits[byte & 15] ?? 0;
  }
  return text.toString('latin1');
}
