import { spawn } from 'node:child_process';
import {
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const notNeeded = new Set(['node_modules', 'dist', 'coverage', '.git', '.nestor']);

/** A temporary copy of the repository, in which changes are tried out. */
export class Workspace {
  constructor(root) {
    this.path = mkdtempSync(join(tmpdir(), 'mutation-'));
    for (const name of readdirSync(root))
      if (!notNeeded.has(name)) cpSync(join(root, name), join(this.path, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(this.path, 'node_modules'));
  }

  /** What the specs executed and how long they took, on the code as it is. */
  async coverage({ paths, manner }) {
    const file = join(this.path, 'mutation-coverage.json');
    const coverage = ['--coverage', '--coverageProvider=v8', '--coverageReporters=none'];
    await this.jest(
      [
        ...paths,
        ...manner,
        ...coverage,
        '--silent',
        '--maxWorkers=2',
        '--reporters=<rootDir>/test/mutation/coverage-reporter.mjs',
        '--reporters=default',
      ],
      { MUTATION_COVERAGE: file },
      3_600_000,
    );
    return JSON.parse(readFileSync(file, 'utf8'));
  }

  /** Whether the specs detect a change to one file. */
  async outcomeOf({ file, source, start, end, text }, specs, manner, limit) {
    writeFileSync(join(this.path, file), source.slice(0, start) + text + source.slice(end));
    try {
      const order = { MUTATION_SPECS: specs.join('\n') };
      const sequencer = '--testSequencer=<rootDir>/test/mutation/given-order.mjs';
      // A test that hangs has detected the change: it is not waited for as long as on a loaded machine.
      const quick = ['--bail', '--silent', '--maxWorkers=1', '--testTimeout=30000', sequencer];
      return await this.jest(['--runTestsByPath', ...specs, ...manner, ...quick], order, limit);
    } finally {
      writeFileSync(join(this.path, file), source);
    }
  }

  /** In a process group of its own, since an endless loop has to be killed with its workers. */
  jest(args, environment, limit) {
    const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
    return new Promise((resolve) => {
      const said = openSync(join(this.path, 'said.log'), 'w');
      this.running = spawn(process.execPath, [...node, 'node_modules/jest/bin/jest.js', ...args], {
        cwd: this.path,
        stdio: ['ignore', said, said],
        env: { ...process.env, ...environment },
        detached: true,
      });
      closeSync(said);
      const timer = setTimeout(() => {
        this.stop();
        resolve('timed out');
      }, limit);
      this.running.once('exit', (status) => {
        clearTimeout(timer);
        this.running = undefined;
        resolve(status === 0 ? 'passed' : 'failed');
      });
    });
  }

  get said() {
    return readFileSync(join(this.path, 'said.log'), 'utf8');
  }

  /** The spec file that failed. */
  get detector() {
    return /^FAIL (\S+)/m.exec(this.said)?.[1];
  }

  stop() {
    try {
      if (this.running?.pid) process.kill(-this.running.pid, 'SIGKILL');
    } catch {
      // It has ended by itself meanwhile.
    }
  }

  remove() {
    this.stop();
    rmSync(this.path, { recursive: true, force: true });
  }
}
