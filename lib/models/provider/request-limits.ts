import { InputValidationError } from '../../errors/index.js';
import { isObject } from '../wire/json-reader.js';
import type { ReasoningEffort, ToolChoice } from './model-provider.js';

/** @throws {InputValidationError} if it is not a whole number from 1 up: nothing else bounds what an answer costs. */
export function assertMaxTokens(maxTokens: unknown): void {
  assertCount('maxTokens', maxTokens);
}

/** @throws {InputValidationError} if it is not a whole number from 1 up: a loop to NaN never ends. */
export function assertMaxTurns(maxTurns: unknown): void {
  assertCount('maxTurns', maxTurns);
}

/** Tool calls of one answer that are performed at the same time. */
export const defaultParallelToolCalls = 8;

/** @throws {InputValidationError} if it is not a whole number from 1 up: with none, no tool would ever be performed. */
export function assertParallelToolCalls(parallel: unknown): void {
  if (isCountFromOne(parallel)) return;
  throw new InputValidationError(
    `parallelToolCalls is ${shown(parallel)}: it has to be a whole number from 1 to 2^53 - 1.`,
    { details: { option: 'parallelToolCalls' } },
  );
}

const efforts: readonly unknown[] = ['none', 'low', 'medium', 'high'] satisfies ReasoningEffort[];

/** @throws {InputValidationError} if it is none of the words */
export function assertReasoning(reasoning: unknown): void {
  if (reasoning === undefined || efforts.includes(reasoning)) return;
  throw new InputValidationError(`reasoning is ${shown(reasoning)}: it is one of ${efforts.join(', ')}.`, {
    details: { option: 'reasoning' },
  });
}

const choices: readonly unknown[] = ['auto', 'none', 'required'] satisfies ToolChoice[];

function isToolChoice(choice: unknown): choice is ToolChoice {
  return choices.includes(choice) || (isObject(choice) && typeof choice['tool'] === 'string');
}

/** @throws {InputValidationError} if it is none of the words, nor names a tool */
export function assertToolChoice(choice: unknown): void {
  if (choice === undefined || isToolChoice(choice)) return;
  throw new InputValidationError(
    `toolChoice is ${shown(choice)}: it is one of ${choices.join(', ')}, or names a tool: { tool: 'search' }.`,
    { details: { option: 'toolChoice' } },
  );
}

/** @throws {InputValidationError} if it is not an object of objects */
export function assertProviderOptions(options: unknown): void {
  if (options === undefined || (isObject(options) && Object.values(options).every(isObject))) return;
  throw new InputValidationError(
    `providerOptions has to be an object with an object for each provider: { openai: { service_tier: 'flex' } }.`,
    { details: { option: 'providerOptions' } },
  );
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
