import { RunDispatcher, type Wake } from '../dispatch/index.js';
import type { Neighbours } from './neighbours.js';

/** Dispatches in this process, and tells the others of messages: one of them may hold the run. */
export class TellingDispatcher extends RunDispatcher {
  constructor(
    private readonly inner: RunDispatcher,
    private readonly neighbours: Neighbours,
  ) {
    super();
  }

  dispatch(wakes: readonly Wake[]): void {
    this.inner.dispatch(wakes);
    const told = wakes.filter(({ reason }) => reason === 'inbox').map(({ runId }) => runId);
    if (told.length > 0) this.neighbours.tell('told', told);
  }

  listen(...args: Parameters<RunDispatcher['listen']>): Promise<void> {
    return this.inner.listen(...args);
  }

  override reserve(count: number): number {
    return this.inner.reserve(count);
  }

  override giveBack(count: number): void {
    this.inner.giveBack(count);
  }

  override begin(runId: string, work: () => Promise<void>): void {
    this.inner.begin(runId, work);
  }

  close(timeoutMs: number): Promise<void> {
    return this.inner.close(timeoutMs);
  }
}

/** For a process that drives no runs: others have to. What nobody hears, their sweep finds. */
export class HandOverDispatcher extends RunDispatcher {
  constructor(private readonly neighbours: Neighbours) {
    super();
  }

  dispatch(wakes: readonly Wake[]): void {
    this.neighbours.tell(
      'wanted',
      wakes.map(({ runId }) => runId),
    );
  }

  async listen(): Promise<void> {}

  async close(): Promise<void> {}
}
