import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** How long a host may take to boot, and to end. Milliseconds. */
const patience = 120_000;

/** A host that runs in a process of its own and answers HTTP. */
export class HostProcess {
  said = '';

  /** @param {string} node the binary */
  constructor(node, cwd, env) {
    this.child = spawn(node, [join('dist', 'main.js')], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = once(this.child, 'exit');
    for (const stream of [this.child.stdout, this.child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (this.said += text));
  }

  /** Its address. */
  async listening() {
    await until('it listens', () => {
      if (this.child.exitCode !== null) throw new Error(`the host ended:\n${this.said}`);
      return /listening on \S+\n/.test(this.said);
    }).catch((error) => {
      throw new Error(`${error.message}\n${this.said}`);
    });
    this.url = /listening on (\S+)\n/.exec(this.said)[1];
  }

  /** The answer's status and body. */
  async ask(method, path, { body, user } = {}) {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(user ? { 'x-user': user } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(patience),
    });
    return { status: response.status, body: await response.json() };
  }

  /** Without a chance to say goodbye. */
  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** As a platform ends it; a host that does not end by itself is an error. */
  async end() {
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), patience);
    const [code, signal] = await this.ended;
    clearTimeout(timer);
    if (signal === 'SIGKILL') throw new Error(`the host did not end:\n${this.said}`);
    return { code, signal };
  }
}

/** Looks again and again until something holds. */
export async function until(what, holds) {
  const last = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > last) throw new Error(`not in ${patience / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
