/** Sum of digits times weights; the weights end with the last digit that counts. */
function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0);
}

function isRepetition(digits: string): boolean {
  return /^(\d)\1*$/.test(digits);
}

/** Brazil's CPF: two digits modulo 11. */
export function isCpf(digits: string): boolean {
  if (digits.length !== 11 || isRepetition(digits)) return false;
  return [9, 10].every((length) => {
    const weights = Array.from({ length }, (_, index) => length + 1 - index);
    return ((weighted(digits, weights) * 10) % 11) % 10 === Number(digits[length]);
  });
}

/** GS1: weights 1 and 3 in turn. */
export function isEan13(digits: string): boolean {
  return digits.length === 13 && weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0;
}

/** Spain's DNI and NIE: a letter by the remainder of 23; X, Y, Z stand for 0, 1, 2. */
export function isDni(plain: string): boolean {
  const number = Number(plain.slice(0, -1).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter))));
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23] === plain.at(-1);
}

/** Germany's tax id: one digit stands two or three times among the first ten; ISO 7064 MOD 11,10. */
export function isMod11And10(digits: string): boolean {
  const first = Array.from(digits.slice(0, 10));
  const counts = Array.from(new Set(first), (digit) => first.filter((other) => other === digit).length);
  const repeated = counts.filter((count) => count > 1);
  if (digits.length !== 11 || repeated.length !== 1 || (repeated[0] ?? 0) > 3) return false;
  let product = 10;
  for (const digit of first) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === Number(digits[10]);
}

/** Poland's PESEL: weights 1, 3, 7, 9; the month carries the century. */
export function isPesel(digits: string): boolean {
  const month = Number(digits.slice(2, 4)) % 20;
  const day = Number(digits.slice(4, 6));
  if (digits.length !== 11 || month < 1 || month > 12 || day < 1 || day > 31) return false;
  return weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;
}

/** The Netherlands' BSN: weights 9 to 2, and minus 1 for the last digit, modulo 11. */
export function isElevenTest(digits: string): boolean {
  return (
    digits.length === 9 && !isRepetition(digits) && weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0
  );
}

/** Values of characters at odd places in Italy's codice fiscale, from 0 to 9 and A to Z (decree of 23 December 1976). */
const oddValues = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
const oddLetters = [...oddValues, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** Italy's codice fiscale: a letter by the remainder of 26. */
export function isCodiceFiscale(plain: string): boolean {
  let sum = 0;
  for (const [index, character] of Array.from(plain.slice(0, 15)).entries()) {
    const value = /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65;
    sum += index % 2 === 0 ? (oddLetters[value] ?? 0) : value;
  }
  return plain.charCodeAt(15) - 65 === sum % 26;
}
