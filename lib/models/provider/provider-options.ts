import { InputValidationError } from '../../errors/index.js';
import type { ModelRequest } from './model-provider.js';

/** What fields of a vendor's request are called in our options. */
export type SettingNames = Readonly<Record<string, string>>;

/**
 * The body of a request with the fields that only this vendor knows.
 * @param vendor name of the provider
 * @param names of the fields that options of ours set, whether or not this request does
 * @throws {InputValidationError} if an option of ours is the way to set one of them
 */
export function withProviderOptions<Body extends object>(
  body: Body,
  { providerOptions }: ModelRequest,
  vendor: string,
  names: SettingNames,
): Body {
  const more = providerOptions?.[vendor];
  if (more === undefined) return body;
  const taken = Object.keys(more).find((field) => Object.hasOwn(names, field) || Object.hasOwn(body, field));
  if (taken === undefined) return { ...body, ...more };
  const setting = Object.hasOwn(names, taken) ? names[taken] : undefined;
  throw new InputValidationError(
    `providerOptions.${vendor}.${taken} would change what ${setting === undefined ? 'the provider sets itself' : `the option '${setting}' sets`}. Leave it out${setting === undefined ? '' : `, and use '${setting}'`}.`,
    { details: { option: 'providerOptions' } },
  );
}

/**
 * Which option of ours a vendor's refusal is about: the field that it names, or else the first of which its message speaks.
 * @param body what was sent
 */
export function rejectedSetting(
  refusal: { readonly field: unknown; readonly message: string },
  body: object,
  vendor: string,
  names: SettingNames,
): string | undefined {
  const { field, message } = refusal;
  // What is inside of another stands first: it says more.
  const sent = [...Object.keys(names).filter((name) => name.includes('.')), ...Object.keys(body)];
  const outer = typeof field === 'string' ? field.split(/[.[]/, 1)[0] : undefined;
  const found =
    sent.find((each) => each === field) ??
    sent.find((each) => each === outer) ??
    sent
      .map((each) => ({ each, at: message.search(wordPattern(each)) }))
      .filter(({ at }) => at >= 0)
      .toSorted((a, b) => a.at - b.at)[0]?.each;
  if (found === undefined) return undefined;
  return Object.hasOwn(names, found) ? names[found] : `providerOptions.${vendor}.${found}`;
}

function wordPattern(word: string): RegExp {
  return new RegExp(`(?<!\\w)${word.replaceAll(/\W/g, '\\$&')}(?!\\w)`);
}
