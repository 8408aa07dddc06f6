import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file or folder of the sample application: data and prompts stay beside the sources, the code runs from `dist`. */
export function sampleFile(...parts: readonly string[]): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'sample-app', 'data'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`No folder above ${import.meta.url} holds 'sample-app/data'.`);
    folder = parent;
  }
  return join(folder, 'sample-app', ...parts);
}
