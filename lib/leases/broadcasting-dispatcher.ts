import {
  type LiveChannel,
  LocalDispatcher,
  RunDispatcher,
  type RunSlots,
  slotsOf,
  type Wake,
} from '../dispatch/index.js';
import type { PeerProcesses } from './peer-processes.js';

/** Dispatches in this process, and tells the others of messages: one of them may hold the run. */
export class BroadcastingDispatcher extends LocalDispatcher {
  constructor(
    private readonly inner: RunDispatcher,
    private readonly peers: PeerProcesses,
  ) {
    super();
  }

  dispatch(wakes: readonly Wake[]): void {
    this.inner.dispatch(wakes);
    const runIds = wakes.filter(({ reason }) => reason === 'inbox').map(({ runId }) => runId);
    if (runIds.length > 0) this.peers.notify('inbox', runIds);
  }

  listen(...args: Parameters<RunDispatcher['listen']>): Promise<void> {
    return this.inner.listen(...args);
  }

  override liveChannel(): LiveChannel | undefined {
    return this.inner.liveChannel?.();
  }

  get slots(): RunSlots {
    return slotsOf(this.inner);
  }

  close(timeoutMs: number): Promise<void> {
    return this.inner.close(timeoutMs);
  }
}

/** For a process that drives no runs: others have to. What nobody hears, their sweep finds. */
export class RemoteDispatcher extends RunDispatcher {
  constructor(private readonly peers: PeerProcesses) {
    super();
  }

  dispatch(wakes: readonly Wake[]): void {
    this.peers.notify(
      'claimable',
      wakes.map(({ runId }) => runId),
    );
  }

  async listen(): Promise<void> {}

  async close(): Promise<void> {}
}
