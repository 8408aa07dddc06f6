import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The installed version of a package: `exports` of most packages hide their package.json, so it is read as a file. */
export function versionOf(name: string): string {
  const file = join(import.meta.dirname, '../../node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
