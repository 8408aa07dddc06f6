/**
 * The package in the hosts that it names, from the packed tarball.
 * `node test/package/matrix/run.mjs [--named] [--outputFile=results.json] [words of a cell's name]`, after
 * `npm run build`. With `--named` the cells of CI, else the remaining ones. `DATABASE_URL` gives the hosts a server.
 */
import { createHash, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { check, expectNone, finish, sideBySide } from '../report.mjs';
import { install, makeFolder, pack } from '../scratch.mjs';
import { named, remaining } from './cells.mjs';
import { withDatabase } from './cell-database.mjs';
import { nodeBinary } from './node-binary.mjs';
import { compileProject, testProject, writeProject } from './project.mjs';
import { playRefund } from './refund.mjs';

const words = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const cells = (process.argv.includes('--named') ? named : remaining).filter(({ name }) =>
  words.every((word) => name.includes(word)),
);
const installations = new Map();
const folder = makeFolder();
try {
  const tarball = await pack(folder);
  await sideBySide(
    cells.map((cell) => () => tryCell(cell, tarball)),
    availableParallelism(),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
finish('Matrix');

/** Each stage needs the one before it. */
async function tryCell(cell, tarball) {
  let node = '';
  let project = '';
  const stages = {
    'installs without flags and without a warning about peers': async () => {
      node = await nodeBinary(folder, cell.node);
      project = join(await installed(tarball, cell.packages), `host-${randomUUID()}`);
    },
    'compiles, with the checks of libraries on': () => {
      writeProject(project, cell);
      return compileProject(node, project);
    },
    'pays a refund across a kill': () =>
      withDatabase(cell.store === 'server' ? process.env['DATABASE_URL'] : undefined, (url) =>
        playRefund(node, project, url),
      ),
    'runs its own spec': () => testProject(node, project, cell),
  };
  for (const [stage, body] of Object.entries(stages)) {
    if (!(await check(`${cell.name}: ${stage}`, body))) break;
  }
}

/** The folder that has the packages: hosts with the same ones share it. */
function installed(tarball, packages) {
  const key = JSON.stringify(packages);
  const project = join(folder, `packages-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`);
  let installation = installations.get(key);
  if (!installation) {
    installation = install(project, tarball, packages).then((said) =>
      expectNone('warnings', said.match(/^npm (warn|error).*(ERESOLVE|peer).*$/gim) ?? []),
    );
    installations.set(key, installation);
  }
  return installation.then(() => project);
}
