import { Observable, type Subscriber } from 'rxjs';
import type { RunEvent, RunEvents } from '../../events/index.js';
import type { Journal } from '../../journal/index.js';
import type { PeerProcesses } from '../../leases/index.js';
import { requireId } from '../../values/index.js';
import { isEnd } from '../drive/run-end.js';
import { notFound } from './run-watcher.js';

/**
 * Milliseconds between two looks at a run that another process drives: more and more as long as nothing comes.
 * Of its steps nothing else tells; of its beginning, waiting and end its process does.
 */
const polling = { first: 250, most: 5_000, factor: 1.5 };

export interface StreamPorts {
  readonly journal: Journal;
  readonly events: RunEvents;
  readonly peers: PeerProcesses;
}

/** All records of a run in order, first those on disk, then the new ones, with ephemeral events as they pass. Completes with the run. */
export function streamOf(runId: string, { journal, events, peers }: StreamPorts): Observable<RunEvent> {
  return new Observable<RunEvent>((subscriber) => {
    // what is thrown here, the subscriber gets as an error
    requireId(runId, 'runId');
    const reader = new RecordReader(runId, journal, subscriber);
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
  private seq = 0;
  private isReading = false;
  private again = false;

  constructor(
    private readonly runId: string,
    private readonly journal: Journal,
    private readonly subscriber: Subscriber<RunEvent>,
  ) {}

  /** Whether there was anything new. Never rejects: the subscriber gets the error. */
  async read(how?: 'must exist'): Promise<boolean> {
    this.again = this.isReading;
    if (this.isReading || this.subscriber.closed) return false;
    this.isReading = true;
    const before = this.seq;
    try {
      const records = await this.journal.read(this.runId, this.seq);
      if (how && records.length === 0) throw notFound(this.runId);
      for (const record of records) {
        this.seq = record.seq;
        this.subscriber.next(record);
        if (isEnd(record)) this.subscriber.complete();
      }
    } catch (error) {
      this.subscriber.error(error);
    } finally {
      this.isReading = false;
    }
    if (this.again) await this.read();
    return this.seq > before;
  }
}
