import { InputValidationError } from '../../errors/index.js';

/** @throws {InputValidationError} if it is not a whole number from 1 up: nothing else bounds what an answer costs. */
export function assertMaxTokens(maxTokens: unknown): void {
  assertCount('maxTokens', maxTokens);
}

/** @throws {InputValidationError} if it is not a whole number from 1 up: a loop to NaN never ends. */
export function assertMaxTurns(maxTurns: unknown): void {
  assertCount('maxTurns', maxTurns);
}

function assertCount(option: 'maxTokens' | 'maxTurns', value: unknown): void {
  if (isCountFromOne(value)) return;
  throw new InputValidationError(
    `${option} is ${shown(value)}: it has to be a whole number from 1 to 2^53 - 1. Leave it out for the default, \`models.${option}\` of the module options.`,
    { details: { option } },
  );
}

/** A whole number from 1 to 2^53 - 1. */
export function isCountFromOne(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `the text '${value}'`;
  return typeof value === 'number' || value === null || value === undefined
    ? String(value)
    : `a ${typeof value}`;
}
