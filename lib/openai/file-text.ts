/** A text file as part of what is said. */
export function fileText(name: string | undefined, data: string): string {
  const text = Buffer.from(data, 'base64').toString('utf8');
  return `<file${name === undefined ? '' : ` name=${JSON.stringify(name)}`}>\n${text}\n</file>`;
}
