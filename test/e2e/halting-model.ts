import type { ModelDelta, ModelRequest } from 'nestjs-nestor';
import { ScriptedModel } from 'nestjs-nestor/testing';
import { Latch } from './latch.js';

/** Stops in the middle of each answer until it may go on. */
export class HaltingModel extends ScriptedModel {
  door = new Latch();
  middle = new Latch();

  /** From now on answers come in one go, until `halt()`. */
  goOn(): void {
    this.door.open();
  }

  halt(): void {
    this.door = new Latch();
    this.middle = new Latch();
  }

  override async *stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelDelta> {
    let pieces = 0;
    for await (const delta of super.stream(request, signal)) {
      yield delta;
      if ((pieces += 1) === 2) {
        this.middle.open();
        await Promise.race([this.door.opened, aborted(signal)]);
      }
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
