import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, Order } from './orders.js';

interface Waiting {
  readonly resolve: (value: string) => void;
  readonly reject: (error: Error) => void;
}

/** One worker process, and how it is harmed. */
export class WorkerProcess {
  isUp = false;
  isFrozen = false;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;

  private constructor(
    private readonly child: ChildProcess,
    private readonly left: (worker: WorkerProcess) => void,
  ) {
    child.on('message', (answer: Answer) => this.hear(answer));
    child.once('exit', () => this.onExit());
  }

  static spawn(
    program: string,
    settings: Readonly<Record<string, string>>,
    left: (worker: WorkerProcess) => void,
  ) {
    const child = spawn(process.execPath, [program], {
      env: { ...process.env, NODE_OPTIONS: '', ...settings },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    return new WorkerProcess(child, left);
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  get isDead(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** @throws what the worker says, or that it has died meanwhile */
  ask(order: Order): Promise<string> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.child.send({ id, order }, (error) => error && this.settle(id)?.reject(new WorkerDied(this.pid)));
    });
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  async freeze(milliseconds = 3_000 + Math.random() * 1_000): Promise<void> {
    this.child.kill('SIGSTOP');
    await this.thaw(milliseconds);
  }

  /** It is stopped, or about to be: lets it continue after that time. */
  private async thaw(milliseconds: number): Promise<void> {
    this.isFrozen = true;
    await pause(milliseconds);
    if (!this.isDead) this.child.kill('SIGCONT');
    // What it was in the middle of shall be on record before anybody calls it healthy.
    await pause(300);
    this.isFrozen = false;
  }

  private hear({ id, value, error }: Answer): void {
    if (id === 0) this.isUp = true;
    if (id === -1) void this.thaw(3_000 + Math.random() * 1_000);
    const waiting = this.settle(id);
    if (error === undefined) waiting?.resolve(value ?? '');
    else waiting?.reject(new Error(error));
  }

  private settle(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    return waiting;
  }

  private onExit(): void {
    this.isUp = false;
    for (const { reject } of this.waiting.values()) reject(new WorkerDied(this.pid));
    this.waiting.clear();
    this.left(this);
  }
}

export class WorkerDied extends Error {
  constructor(pid: number) {
    super(`the worker process ${pid} died before it answered`);
  }
}

/** As many worker processes as are wanted: each that dies is followed by a new one. */
export class WorkerProcesses {
  deaths = 0;
  private readonly workers = new Set<WorkerProcess>();
  private wanted = 0;

  constructor(
    private readonly program: string,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  get healthy(): WorkerProcess[] {
    return [...this.workers].filter(({ isUp, isFrozen }) => isUp && !isFrozen);
  }

  get isAnybodyFrozen(): boolean {
    return [...this.workers].some(({ isFrozen }) => isFrozen);
  }

  async start(count: number): Promise<void> {
    this.wanted = count;
    this.fill();
    const before = this.deaths;
    await this.until(() => this.healthy.length >= count || this.deaths > before);
    // Nobody harms them yet.
    if (this.deaths > before) throw new Error('a worker process ended before it was up');
  }

  any(): WorkerProcess | undefined {
    const { healthy } = this;
    return healthy[Math.floor(Math.random() * healthy.length)];
  }

  /** Asks one after the other until one has lived long enough to answer. */
  async ask(order: Order): Promise<string> {
    for (;;) {
      const worker = this.any();
      if (!worker) await pause(20);
      else {
        try {
          return await worker.ask(order);
        } catch (error) {
          if (!(error instanceof WorkerDied)) throw error;
          // Its end is not known yet: to ask at once would leave no time to learn of it.
          await pause(20);
        }
      }
    }
  }

  /** Whether all living processes give this answer; who dies before it answers gives none. */
  async isAgreed(order: Order, answer: string): Promise<boolean> {
    const living = [...this.workers].filter(({ isUp, isDead }) => isUp && !isDead);
    const answers = await Promise.allSettled(living.map((worker) => worker.ask(order)));
    return answers.every((told) => told.status === 'fulfilled' && told.value === answer);
  }

  async stop(): Promise<void> {
    this.wanted = 0;
    for (const worker of this.workers) worker.kill();
    await this.until(() => this.workers.size === 0);
  }

  private fill(): void {
    while (this.workers.size < this.wanted) {
      this.workers.add(WorkerProcess.spawn(this.program, this.settings, (dead) => this.replace(dead)));
    }
  }

  private replace(dead: WorkerProcess): void {
    this.workers.delete(dead);
    if (this.wanted === 0) return;
    this.deaths++;
    this.fill();
  }

  private async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await pause(20);
  }
}
