import { InvalidOptionsError } from '../../errors/index.js';

/** @param problems as rules have found them @throws {InvalidOptionsError} with all of them at once, if there are any */
export function assertOptions(problems: readonly string[]): void {
  if (problems.length > 0) throw new InvalidOptionsError(problems.join(' '), { details: { problems } });
}
