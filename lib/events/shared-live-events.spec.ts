import { describe, expect, it, jest } from '@jest/globals';
import { LiveChannel } from '../dispatch/index.js';
import { InProcessLiveEvents, type LivePiece } from './live-events.js';
import { SharedLiveEvents } from './shared-live-events.js';

/** All processes of a test hear each other at once. */
class Bus {
  private readonly listeners = new Map<string, Set<(text: string) => void>>();
  readonly sent: string[] = [];

  channel(): LiveChannel {
    const { listeners, sent } = this;
    return new (class extends LiveChannel {
      send(topic: string, text: string): void {
        sent.push(topic);
        for (const listener of listeners.get(topic) ?? []) listener(text);
      }
      listen(topic: string, listener: (text: string) => void, ready?: () => void): () => void {
        const all = listeners.get(topic) ?? new Set();
        listeners.set(topic, all.add(listener));
        ready?.();
        return () => void all.delete(listener);
      }
    })();
  }
}

const turn = { call: 'c', agent: 'a', level: 0, turn: 1 };

function processes() {
  const bus = new Bus();
  const time = { now: 0 };
  const open = () =>
    new SharedLiveEvents(new InProcessLiveEvents(() => 5), bus.channel(), { monotonic: () => time.now });
  return { bus, time, driver: open(), other: open() };
}

describe('live events over processes', () => {
  it('are heard elsewhere, what was said before first, each once and in order', () => {
    const { driver, other } = processes();
    const quiet = driver.listen('run', () => undefined);
    driver.say('run', { ...turn, type: 'started' });
    driver.say('run', { ...turn, type: 'text', text: 'one ' });
    const heard: LivePiece[] = [];
    other.listen('run', (piece) => heard.push(piece));
    driver.say('run', { ...turn, type: 'text', text: 'two' });
    quiet();
    expect(heard.map(({ type, text }) => text ?? type)).toEqual(['started', 'one ', 'two']);
    expect(heard.map(({ number }) => number)).toEqual(heard.map(({ number }) => number).toSorted());
  });

  it('come once to a listener in the process that drives the run', () => {
    const { driver, other } = processes();
    const heard: string[] = [];
    driver.listen('run', ({ type }) => heard.push(type));
    other.listen('run', () => undefined);
    driver.say('run', { ...turn, type: 'started' });
    driver.say('run', { ...turn, type: 'text', text: 'x' });
    expect(heard).toEqual(['started', 'text']);
  });

  it('are sent only where somebody listens, until nothing was heard of it for 15 s', () => {
    jest.useFakeTimers();
    try {
      const { bus, time, driver, other } = processes();
      expect(driver.isHeard('run')).toBe(false);
      const end = other.listen('run', () => undefined);
      expect(driver.isHeard('run')).toBe(true);
      time.now = 14_000;
      jest.advanceTimersByTime(5_000);
      time.now = 20_000;
      expect(driver.isHeard('run')).toBe(true);
      end();
      time.now = 40_000;
      expect(driver.isHeard('run')).toBe(false);
      bus.sent.length = 0;
      driver.say('run', { ...turn, type: 'started' });
      expect(bus.sent).toEqual([]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('tell how far tools have come once to each who listens just now, and to nobody later', () => {
    const { driver, other } = processes();
    const here: unknown[] = [];
    const there: unknown[] = [];
    const late: unknown[] = [];
    driver.listen('run', ({ value }) => here.push(value));
    other.listen('run', ({ value }) => there.push(value));
    driver.say('run', { ...turn, type: 'progress', index: 0, value: { done: 1 } });
    other.listen('run', ({ value }) => late.push(value));
    driver.say('run', { ...turn, type: 'progress', index: 0, value: { done: 2 } });
    expect(here).toEqual([{ done: 1 }, { done: 2 }]);
    expect(there).toEqual(here);
    expect(late).toEqual([{ done: 2 }]);
  });

  it('leave out a turn of which the beginning was not heard, and what is no piece', () => {
    const { bus, other } = processes();
    const heard: LivePiece[] = [];
    other.listen('run', (piece) => heard.push(piece));
    const channel = bus.channel();
    const texts = ['{', 'null', '[]', JSON.stringify({ ...turn, type: 'text', text: 'x', number: 1 })];
    for (const text of [...texts, JSON.stringify({ ...turn, type: 'started', number: 'x' })])
      channel.send('run', text);
    for (const text of texts) channel.send('wanted', text);
    expect(heard).toEqual([]);
  });
});
