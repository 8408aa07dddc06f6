import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
/** Who names the address of a service may behave differently where it is; so may what runs in processes of its own. */
const names = /\b(DATABASE_URL|REDIS_URL|compileLibrary)\b/;
const imports = /(?:from|import)\s*\(?\s*'(\.[^']*)'/g;
const parsed = new Map();

/**
 * The spec files whose behaviour may depend on a service. What they import decides, and no list, so that a new one
 * cannot be forgotten. Relative to the folder of the repository.
 */
export function serviceSpecs() {
  return ['lib', 'test', 'sample-app']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true }).map((name) => join(root, folder, name)),
    )
    .filter((file) => /\.(spec|e2e-spec)\.ts$/.test(file) && dependsOnService(file))
    .map((file) => relative(root, file))
    .toSorted();
}

/** Whether a file, or what it imports, directly or not, names a service. */
export function dependsOnService(file) {
  const found = new Set([file]);
  for (const each of found) {
    const { isService, imported } = parse(each);
    if (isService) return true;
    for (const other of imported) found.add(other);
  }
  return false;
}

function parse(file) {
  const known = parsed.get(file);
  if (known) return known;
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const imported = [...text.matchAll(imports)].map(([, path]) =>
    resolve(dirname(file), path.replace(/\.js$/, '.ts')),
  );
  const result = { isService: names.test(text), imported };
  parsed.set(file, result);
  return result;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.stdout.write(`${serviceSpecs().join('\n')}\n`);
