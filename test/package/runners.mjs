import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root, run } from './scratch.mjs';

/** What a user installs for each runner of docs/testing.md, beside the runner's own version here. */
export const runnerPackages = [
  '@nestjs/testing',
  '@swc/core',
  '@swc/jest',
  'jest',
  'unplugin-swc@2',
  'vitest@4',
];

const commands = {
  'jest.config.mjs': ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--ci'],
  'vitest.config.mjs': ['node_modules/vitest/vitest.mjs', 'run'],
};

/** A configuration as docs/testing.md shows it: a block that begins with the name of its file. */
export function shownConfiguration(file) {
  const page = readFileSync(join(root, 'docs', 'testing.md'), 'utf8');
  for (const [, name, code] of page.matchAll(/^```js\n\/\/ (\S+)\n(.*?)^```$/gms))
    if (name === file) return code;
  throw new Error(`docs/testing.md shows no ${file}`);
}

/** The runners that have a command here, and so have to be in the page. */
export const runnerConfigurations = Object.keys(commands);

/** Runs a user's spec with one configuration of the page, in a project that has the packages. */
export async function runSpec(project, configuration) {
  writeFileSync(join(project, configuration), shownConfiguration(configuration));
  const specs = join(root, 'test', 'package', 'runner');
  cpSync(join(specs, 'greet.workflow.ts'), join(project, 'greet.workflow.ts'));
  cpSync(join(specs, 'greet-spec.ts'), join(project, 'greet.spec.ts'));
  const said = stripVTControlCharacters(
    await run(process.execPath, commands[configuration], { cwd: project }),
  );
  if (!/\b1 passed\b/.test(said)) throw new Error(`it did not run one spec:\n${said}`);
}
