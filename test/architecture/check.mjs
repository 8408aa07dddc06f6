/**
 * The layers of the code as a lint rule: `node test/architecture/check.mjs [folder]` names every import in `<folder>/lib`
 * that points up the list of layers, bypasses a folder's `index.ts`, or leaves `lib`, every folder with too many files,
 * every exported name that is declared twice, and every text that trusts what was thrown (test/architecture/thrown-texts.mjs). Specs and fixtures may import anything and
 * do not count. Cycles are the linter's (`import/no-cycle`).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import typescript from 'typescript';
import { declaredTwice } from './declared-twice.mjs';
import { layerOf } from './layers.mjs';
import { thrownTexts } from './thrown-texts.mjs';

const root = resolve(process.argv[2] ?? '.');
const lib = join(root, 'lib');

const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !/\.(spec|fixture|d)\.ts$/.test(file),
);
/** Files that a folder may have; beyond that it needs subfolders, named after what they do. */
const mostFiles = 16;
const sources = files.map((file) => ({
  file: file.split(sep).join('/'),
  text: readFileSync(join(lib, file), 'utf8'),
}));
const problems = [...sources.flatMap(problemsOf), ...fullFolders(), ...declaredTwice(sources)];
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.stdout.write(
  `${files.length} files of lib: ${problems.length} problems of architecture (test/architecture/check.mjs)\n`,
);
process.exitCode = problems.length === 0 && files.length > 0 ? 0 : 1;

function fullFolders() {
  const counts = new Map();
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > mostFiles)
    .map(([folder, count]) => `lib/${folder} has ${count} files, more than ${mostFiles}: give it subfolders`);
}

function problemsOf({ file, text }) {
  const folder = folderOf(file);
  if (layerOf(folder) === undefined) return [`lib/${file}: the folder '${folder}' is not on the list`];
  const { importedFiles } = typescript.preProcessFile(text, true, true);
  const imports = importedFiles.flatMap(({ fileName }) => {
    const reason = fileName.startsWith('.') ? wrongWay(file, folder, fileName) : wrongPackage(fileName);
    return reason ? [`lib/${file}: '${fileName}' ${reason}`] : [];
  });
  return [...imports, ...thrownTexts(file, text)];
}

function wrongWay(file, folder, specifier) {
  const target = relative(lib, join(lib, dirname(file), specifier))
    .split(sep)
    .join('/');
  if (target.startsWith('..')) return 'leaves lib';
  const other = folderOf(target);
  if (other === folder) return undefined;
  if (layerOf(other) === undefined) return `imports '${other}', which is not on the list`;
  if (layerOf(other) <= layerOf(folder)) return `points up: ${folder} is below or beside ${other}`;
  if (target !== `${other}/index.js`) return `bypasses the index: import from '${other}/index.js'`;
  return undefined;
}

function wrongPackage(specifier) {
  return /^nestjs-nestor(\/|$)/.test(specifier) ? 'is this package itself' : undefined;
}

/** The one file that lies in `lib` itself is its index. */
function folderOf(path) {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : 'index';
}
