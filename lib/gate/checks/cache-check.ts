import type { CacheEntry, CachePlace, CallCache } from '../../cache/index.js';
import { errorText, logSafely } from '../../errors/index.js';
import { addUsage, noUsage, toJson, type Usage } from '../../values/index.js';
import type { Attempt, GatedRun } from '../attempt.js';
import type { AbortSource } from '../perform/abort-source.js';
import { cachePlace } from '../cache/call-key.js';
import { Flight, type FlightOutcome } from '../cache/flight.js';
import type { CheckStage } from './check.js';
import type { CallCheck, CheckedCall } from './checked-call.js';

/** Finds results of equal calls: in the cache, or of one that the same run makes just now, which is waited for. */
export class CacheCheck implements CallCheck {
  readonly name = 'cache';
  private readonly flights = new WeakMap<GatedRun, Map<string, Flight>>();

  /** @param cache absent where nothing is performed */
  constructor(private readonly cache: CallCache | undefined) {}

  concerns({ call, approvedBy }: CheckedCall, stage: CheckStage): boolean {
    return (
      stage === 'before' && call.cache !== undefined && approvedBy === 'nobody' && this.cache !== undefined
    );
  }

  /** @throws what an equal call has failed with that was waited for */
  async before(checked: CheckedCall): Promise<void> {
    const place = cachePlace(checked);
    if (!place) return;
    for (;;) {
      const other = this.flightsOf(checked).get(place.key);
      if (!other) break;
      const outcome = await landing(other, checked);
      stopOf(checked).throwIfAborted();
      // What another step has failed with may be of that step.
      if (outcome.kind === 'failed' && other.owner === checked.attempt) throw outcome.error;
      if (outcome.kind === 'result') {
        checked.hit = outcome.entry;
        return;
      }
    }
    // From here on equal calls wait for this one.
    const flight = this.begin(checked, place);
    const entry = await this.find(place.key);
    if (!entry) return;
    flight.land({ kind: 'result', entry });
    checked.hit = entry;
  }

  /** What the call gives, once it is on record: those that wait for it have it then, and later ones find it. */
  async keep(
    { frame, attempt }: CheckedCall,
    concluded: unknown,
    usage: Usage | undefined,
  ): Promise<unknown> {
    const result = await concluded;
    const { flight } = frame;
    if (!flight) return result;
    const { place, ttl } = flight;
    const json = toJson(result, `the result of ${place.kind} ${place.name}`) ?? null;
    const entry = {
      ...place,
      runId: attempt.run.state.runId,
      call: frame.key,
      result: json,
      usage: usage ?? usedByStep(attempt),
    };
    flight.land({ kind: 'result', entry });
    try {
      await this.cache?.put(entry, ttl);
    } catch (error) {
      logSafely('warn', `A result could not be kept for later: ${errorText(error)}`);
    }
    return result;
  }

  private begin(checked: CheckedCall, place: CachePlace): Flight {
    const flights = this.flightsOf(checked);
    const flight = new Flight(
      place,
      checked.attempt,
      checked.call.cache?.ttl ?? 0,
      () => void flights.delete(place.key),
    );
    flights.set(place.key, flight);
    checked.frame.flight = flight;
    return flight;
  }

  private flightsOf({ attempt: { run } }: CheckedCall): Map<string, Flight> {
    const flights = this.flights.get(run) ?? new Map<string, Flight>();
    this.flights.set(run, flights);
    return flights;
  }

  /** Where it can't be read, it is asked anew. */
  private async find(key: string): Promise<CacheEntry | undefined> {
    try {
      return await this.cache?.get(key);
    } catch (error) {
      logSafely('warn', `The cache could not be read: ${errorText(error)}`);
      return undefined;
    }
  }
}

/** By which a call ends that is not begun yet: the call around it, or the attempt. */
function stopOf({ attempt, frame }: CheckedCall): AbortSource {
  return frame.parent?.nestedAbort ?? attempt.stop;
}

/** What an equal call comes to; `gone` as well where the one that waits for it is stopped. */
async function landing(flight: Flight, checked: CheckedCall): Promise<FlightOutcome> {
  const { frame } = checked;
  frame.isInLine = true;
  try {
    return await flight.outcome(stopOf(checked));
  } finally {
    frame.isInLine = false;
  }
}

/** By the calls that the activation has made, over all its attempts. */
function usedByStep({ activationState }: Attempt): Usage {
  const own = [...activationState.calls.values()].filter(({ within }) => within === undefined);
  return own.reduce((sum, { usage }) => addUsage(sum, usage ?? noUsage), noUsage);
}
