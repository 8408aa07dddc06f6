/** `{{> tone}}`, `{{> support/tone@2}}`: the text of another template. `\{{` stands for the two braces themselves. */
const include = /\\\{\{|\{\{>\s*(?<name>[^\s@}]+?)(?:@(?<version>[\d.]+))?\s*\}\}/g;

/** Gives the text of a template as it is in its file; undefined if there is none. */
export type FindText = (name: string, version: string | undefined) => string | undefined;

/** The text with every partial put in, and those in them. What can't be put in is a problem, and stays as it is. */
export function withPartials(
  text: string,
  find: FindText,
  problems: string[],
  within: readonly string[] = [],
): string {
  return text.replaceAll(include, (whole: string, name: string | undefined, version: string | undefined) => {
    if (name === undefined) return whole;
    const partial = find(name, version);
    const label = version === undefined ? name : `${name}@${version}`;
    if (partial === undefined) {
      problems.push(`'${whole}' is not there: it takes the name of a template`);
      return '';
    }
    if (within.includes(label)) {
      problems.push(`'${whole}' leads back to itself: ${[...within, label].join(' → ')}`);
      return '';
    }
    return withPartials(partial, find, problems, [...within, label]);
  });
}
