import { boundedText, textLimits } from '../text/index.js';
import { toErrorData } from './error-data.js';

/**
 * Whatever was thrown in one text, `name: message`, as a log may show it: secrets masked, at most 2 kB
 * (`textLimits.line`). Never throws.
 */
export function errorText(thrown: unknown): string {
  const { name, message, code } = toErrorData(thrown);
  const isNamed = message !== '' && !(name === 'NonError' && code === 'USER');
  return boundedText(isNamed ? `${name}: ${message}` : message || name, textLimits.line);
}

/**
 * What an error says, as part of a sentence: its message, or its name where it has none; of anything else what it is.
 * Secrets masked, at most 8 kB (`textLimits.message`). Never throws.
 */
export function errorMessage(thrown: unknown): string {
  const { name, message } = toErrorData(thrown);
  return message || name;
}
