import { Injectable } from '@nestjs/common';
import { Memories } from './memory/memories.js';

/** Rows that go in one statement: few enough to hold no locks for long. */
const batch = 500;
/** Batches of one sweep: what is left goes with the next. */
const mostBatches = 50;

/** Lets what has expired go. Nobody is given it before that either. */
@Injectable()
export class ExpirySweep {
  constructor(private readonly memories: Memories) {}

  async sweep(): Promise<void> {
    for (let count = 0; count < mostBatches; count += 1)
      if ((await this.memories.removeExpired(batch)) < batch) return;
  }
}
