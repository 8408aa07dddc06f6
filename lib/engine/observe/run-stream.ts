import { Observable, type Subscriber } from 'rxjs';
import { InputValidationError } from '../../errors/index.js';
import type { RunEvent, RunEvents } from '../../events/index.js';
import type { Journal } from '../../journal/index.js';
import type { PeerProcesses } from '../../leases/index.js';
import { requireId } from '../../values/index.js';
import { isEnd } from '../drive/run-end.js';
import { runNotFound } from '../../access/index.js';

/**
 * Milliseconds between two looks at a run that another process drives: more and more as long as nothing comes.
 * Of its steps nothing else tells; of its beginning, waiting and end its process does.
 */
const polling = { first: 250, most: 5_000, factor: 1.5 };

export interface StreamPorts {
  readonly journal: Pick<Journal, 'find' | 'read'>;
  readonly events: RunEvents;
  readonly peers: Pick<PeerProcesses, 'watch'>;
}

export interface StreamOptions {
  /** `seq` of the last record that the listener has: the stream continues behind it. @default 0, all records */
  readonly after?: number | undefined;
}

/** The records of a run in order, first those on disk, then the new ones, with ephemeral events as they pass. Completes with the run. */
export function streamOf(
  runId: string,
  { journal, events, peers }: StreamPorts,
  { after = 0 }: StreamOptions = {},
): Observable<RunEvent> {
  return new Observable<RunEvent>((subscriber) => {
    // what is thrown here, the subscriber gets as an error
    requireId(runId, 'runId');
    requireSeq(after);
    const reader = new RecordReader(runId, journal, subscriber, after);
    const subscription = events.of(runId).subscribe((event) => {
      if ('seq' in event) void reader.read();
      else subscriber.next(event);
    });
    const unwatch = peers.watch(runId, () => void reader.read());
    let timer: NodeJS.Timeout;
    const lookIn = (wait: number) => {
      if (subscriber.closed) return;
      timer = setTimeout(() => {
        void reader
          .read()
          .then((found) => lookIn(found ? polling.first : Math.min(polling.most, wait * polling.factor)));
      }, wait);
      timer.unref();
    };
    void reader.read('must exist');
    lookIn(polling.first);
    return () => {
      clearTimeout(timer);
      unwatch();
      subscription.unsubscribe();
    };
  });
}

/** Reads on from the last record it has handed over; never twice at a time. */
class RecordReader {
  private seq: number;
  private isReading = false;
  private again = false;

  constructor(
    private readonly runId: string,
    private readonly journal: StreamPorts['journal'],
    private readonly subscriber: Subscriber<RunEvent>,
    /** The last record that the subscriber has. */
    private readonly after: number,
  ) {
    // That record is read again: it tells that the run is there, and whether it has ended with it.
    this.seq = Math.max(0, after - 1);
  }

  /** Whether there was anything new. Never rejects: the subscriber gets the error. */
  async read(how?: 'must exist'): Promise<boolean> {
    this.again = this.isReading;
    if (this.isReading || this.subscriber.closed) return false;
    this.isReading = true;
    const before = this.seq;
    try {
      const records = await this.journal.read(this.runId, this.seq);
      if (how && records.length === 0) throw await this.missing();
      for (const record of records) {
        this.seq = record.seq;
        if (record.seq > this.after) this.subscriber.next(record);
        if (isEnd(record) && (record.seq > this.after || record === records.at(-1)))
          this.subscriber.complete();
      }
    } catch (error) {
      this.subscriber.error(error);
    } finally {
      this.isReading = false;
    }
    if (this.again) await this.read();
    return this.seq > before;
  }

  private async missing(): Promise<Error> {
    const row = await this.journal.find(this.runId);
    if (!row) return runNotFound(this.runId);
    return new InputValidationError(
      `Run ${this.runId} has ${row.seq} records, so events({ after: ${this.after} }) can't continue behind number ${this.after}.`,
      { details: { runId: this.runId, after: this.after, seq: row.seq } },
    );
  }
}

/** @throws {InputValidationError} */
function requireSeq(after: unknown): void {
  if (Number.isSafeInteger(after) && (after as number) >= 0) return;
  throw new InputValidationError(
    'events({ after }) takes the `seq` of a record: a whole number, 0 for all records.',
  );
}
