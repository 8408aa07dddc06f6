/**
 * The plan of rooms as a lint rule: `node test/house/check.mjs [folder]` names every import in `<folder>/lib`
 * that points up the list of rooms, goes round a room's `index.ts`, or leaves `lib`, and every text that trusts what was
 * thrown (test/house/thrown-texts.mjs). Specs and fixtures may go
 * anywhere: to test a room takes the house. Circles inside a room are the linter's (`import/no-cycle`).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import typescript from 'typescript';
import { floorOf } from './rooms.mjs';
import { thrownTexts } from './thrown-texts.mjs';

const root = resolve(process.argv[2] ?? '.');
const lib = join(root, 'lib');

const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !/\.(spec|fixture|d)\.ts$/.test(file),
);
const problems = files.flatMap((file) => problemsOf(file.split(sep).join('/')));
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.stdout.write(
  `${files.length} files of lib: ${problems.length} imports that break the plan of rooms (test/house/rooms.mjs), or texts that trust what was thrown\n`,
);
process.exitCode = problems.length === 0 && files.length > 0 ? 0 : 1;

function problemsOf(file) {
  const room = roomOf(file);
  if (floorOf(room) === undefined) return [`lib/${file}: the room '${room}' is not on the list`];
  const text = readFileSync(join(lib, file), 'utf8');
  const { importedFiles } = typescript.preProcessFile(text, true, true);
  const imports = importedFiles.flatMap(({ fileName }) => {
    const reason = fileName.startsWith('.') ? wrongWay(file, room, fileName) : wrongPackage(fileName);
    return reason ? [`lib/${file}: '${fileName}' ${reason}`] : [];
  });
  return [...imports, ...thrownTexts(file, text)];
}

function wrongWay(file, room, specifier) {
  const target = relative(lib, join(lib, dirname(file), specifier))
    .split(sep)
    .join('/');
  if (target.startsWith('..')) return 'leaves lib';
  const other = roomOf(target);
  if (other === room) return undefined;
  if (floorOf(other) === undefined) return `goes to '${other}', which is not on the list`;
  if (floorOf(other) <= floorOf(room)) return `points up: ${room} stands below or beside ${other}`;
  if (other !== 'orchestration' && target !== `${other}/index.js`)
    return `goes round the door: import from '${other}/index.js'`;
  return undefined;
}

function wrongPackage(specifier) {
  return /^nestjs-nestor(\/|$)/.test(specifier) ? 'is this package itself' : undefined;
}

/** Files that lie in `lib` itself are the wiring. */
function roomOf(path) {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : 'orchestration';
}
